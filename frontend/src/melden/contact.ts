/** Whether somebody can be reached by what they typed: `mistakes_in_contact` in `participation/reports/rules.py`, before it goes. */
import { t } from "../i18n";

export interface Contact {
  name: string;
  email: string;
  phone: string;
}

/** Never stricter than the server: what passes here may still be refused there. */
const EMAIL = /^.+@[^@\s]+\.[^@\s]+$/;
const NUMBER = /^\+?[0-9]{8,15}$/;

/** By field, what is wrong with it. */
export function mistakesInContact({ name, email, phone }: Contact): Partial<Contact> {
  const wrong: Partial<Contact> = {};
  if (name.trim() && !email.trim() && !phone.trim()) wrong.email = t("Give an e-mail address or a phone number as well, or leave all empty.");
  if (email.trim() && !EMAIL.test(email.trim())) wrong.email = t("This is not an e-mail address. Example: name@example.nl");
  // Digits of any script, as a keyboard in that script types them.
  const digits = phone.replace(/[٠-٩۰-۹]/g, (digit) => String((digit.charCodeAt(0) - 0x30) & 0xf)).replace(/[\s().\-/]/g, "");
  if (phone.trim() && !NUMBER.test(digits)) wrong.phone = t("This is not a phone number. Example: 06 12345678");
  return wrong;
}
