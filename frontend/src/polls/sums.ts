/** What is left of a budget, or of points, while somebody chooses. */
import { language, t } from "../i18n";

function euros(cents: number): string {
  const digits = cents % 100 ? 2 : 0;
  return new Intl.NumberFormat(language(), { style: "currency", currency: "EUR", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(cents / 100);
}

export function keepSum(question: HTMLElement): void {
  if (question.dataset["kind"] !== "budget" && question.dataset["control"] !== "points") return;
  const points = question.dataset["control"] === "points";
  const there = Number(question.dataset[points ? "points" : "cents"]);
  let line = question.querySelector<HTMLElement>(".budget-sum");
  if (!line) {
    line = document.createElement("p");
    line.className = "budget-sum";
    question.append(line);
  }
  line.setAttribute("role", "status");
  const shown = line;
  const count = (): void => {
    let spent = 0;
    for (const row of question.querySelectorAll<HTMLElement>(".ballot-option")) {
      const field = row.querySelector<HTMLInputElement>("input")!;
      if (points) spent += Math.max(0, Number(field.value) || 0);
      else if (field.checked) spent += Number(row.dataset["cents"]);
    }
    const left = there - spent;
    const [used, rest] = points ? [String(spent), String(Math.abs(left))] : [euros(spent), euros(Math.abs(left))];
    shown.classList.toggle("over", left < 0);
    if (left < 0) shown.textContent = points ? t("Given: {used}. That is {rest} too many.", { used, rest }) : t("Chosen: {used}. That is {rest} more than there is.", { used, rest });
    else shown.textContent = points ? t("Given: {used}. Left: {rest}.", { used, rest }) : t("Chosen: {used}. Left: {rest}.", { used, rest });
  };
  question.addEventListener("input", count);
  question.addEventListener("change", count);
  count();
}
