/** The account pages: what a passkey that failed means, and the demonstration's accounts at one click. */
import { forgetDesk } from "./desk/round/kept";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const notice = document.querySelector<HTMLElement>("[data-passkey-trouble]");
  if (notice) {
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  }
});

const password = document.getElementById("demo-password");
for (const button of document.querySelectorAll<HTMLButtonElement>("[data-fill]")) {
  button.addEventListener("click", () => {
    const login = document.querySelector<HTMLInputElement>("input[name=login]");
    const secret = document.querySelector<HTMLInputElement>("input[name=password]");
    if (!login || !secret || !password) return;
    login.value = button.dataset["fill"] ?? "";
    secret.value = JSON.parse(password.textContent) as string;
    login.form?.querySelector<HTMLButtonElement>("button[type=submit]")?.focus();
  });
}

const LONGEST = 3_000;
/** Who signs out leaves nothing of the workplace on this device, whatever its storage does. */
const leaving = document.querySelector<HTMLFormElement>("form[data-sign-out]");
leaving?.addEventListener("submit", (event) => {
  if (leaving.dataset["forgotten"] !== undefined) return;
  event.preventDefault();
  const patience = new Promise((done) => setTimeout(done, LONGEST));
  void Promise.race([forgetDesk(), patience])
    .catch(() => undefined)
    .then(() => {
      leaving.dataset["forgotten"] = "";
      leaving.requestSubmit();
    });
});
