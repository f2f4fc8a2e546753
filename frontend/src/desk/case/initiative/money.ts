/** Cents as people read them. */
export function euros(cents: number): string {
  const whole = cents % 100 === 0;
  return new Intl.NumberFormat(document.documentElement.lang || "nl", { style: "currency", currency: "EUR", minimumFractionDigits: whole ? 0 : 2, maximumFractionDigits: 2 }).format(cents / 100);
}

/** Cents of what stands in a field for an amount; 0 for nothing. */
export function cents(typed: FormDataEntryValue | null): number {
  return Math.round(Number(typed ?? 0) * 100) || 0;
}
