/** A report that is opened again: on top why it was not taken, and at each field what is wrong with it. */
import { t } from "../i18n";
import { stuckWords } from "../outbox/list";
import type { Problem, QueuedReport } from "../outbox/shapes";
import type { Photos } from "./photos";
import type { Questions } from "./questions";
import { fieldNamed } from "./report";
import { sayAt, type Steps } from "./steps";

export function forgetProblem(form: HTMLFormElement): void {
  form.querySelector(".error-summary")?.remove();
  form.querySelector(".changing")?.remove();
  for (const field of form.querySelectorAll<HTMLElement>("[aria-invalid]")) sayAt(field, "");
  for (const photo of form.querySelectorAll("#photos > .refused")) photo.classList.remove("refused");
}

/** `questions` already follow the category that the refusal is about. Answers the first step with something wrong. */
export function showProblem(form: HTMLFormElement, { problem }: QueuedReport, { goTo, stepOf }: Steps, photos: Photos, questions: Questions): string {
  forgetProblem(form);
  if (!problem) {
    const notice = Object.assign(document.createElement("div"), { className: "notice info changing" });
    notice.append(Object.assign(document.createElement("p"), { textContent: t("You are changing this report. It is sent when you press “Send report”.") }));
    form.prepend(notice);
    return "";
  }
  const summary = document.createElement("div");
  summary.className = "error-summary";
  summary.tabIndex = -1;
  summary.setAttribute("role", "alert");
  const lines = document.createElement("ul");
  let first = "";
  for (const error of problem.errors) {
    const words = wordsOf(error);
    if (!words) continue;
    const wrong = at(form, error, words, photos, questions);
    const line = document.createElement("li");
    if (wrong) {
      first ||= stepOf(wrong);
      const link = Object.assign(document.createElement("a"), { href: `#${wrong.id}`, textContent: words });
      link.addEventListener("click", (event) => {
        event.preventDefault();
        goTo(stepOf(wrong));
        wrong.focus();
      });
      line.append(link);
    } else line.textContent = words;
    lines.append(line);
  }
  const whole = problem.code === "stuck" ? stuckWords() : problem.detail;
  if (!lines.children.length && whole) lines.append(Object.assign(document.createElement("li"), { textContent: whole }));
  const number = problem.errors.find(({ field }) => /^photos\.\d+$/.test(field))?.field.split(".")[1];
  if (number !== undefined) form.querySelectorAll("#photos > li")[Number(number)]?.classList.add("refused");
  const told = Object.assign(document.createElement("p"), { textContent: t("This report was not taken:") });
  summary.append(Object.assign(document.createElement("h2"), { textContent: t("Please check your report") }), told, lines);
  form.prepend(summary);
  return first;
}

function wordsOf({ code, detail }: Problem["errors"][number]): string {
  return detail || (code === "lost" ? t("A photo is no longer on this device. Take it out, or add it again.") : "");
}

/** Say it at the field; answers that field, null when the form has none. */
function at(form: HTMLFormElement, error: Problem["errors"][number], words: string, photos: Photos, questions: Questions): HTMLElement | null {
  const name = fieldNamed(error);
  if (name.startsWith("answer_")) return questions.refuse(name.slice("answer_".length), words);
  if (name === "photos") {
    const asks = error.code === "photo-required" ? questions.forPhoto() : null;
    if (asks) return questions.refuse(asks, words);
    photos.say(words);
    return form.querySelector<HTMLElement>("#id_photos");
  }
  const field = name ? form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`) : null;
  if (field) sayAt(field, words);
  return field;
}
