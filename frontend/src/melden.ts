/** Reporting with a script: the same form, one step at a time, kept on the device and sent from there. */
import "../styles/melden.css";
import { newKey } from "./desk/new-key";
import { isFull } from "./device";
import { language, loadCatalogue, t } from "./i18n";
import { followCategory, proposeCategories } from "./melden/category";
import { mistakesInContact } from "./melden/contact";
import { DraftKeeper, empty, fill, read, save, sweep, wasTaken } from "./melden/draft";
import { guardText } from "./melden/guarding";
import { watchNearby } from "./melden/nearby";
import { sayOffline } from "./melden/offline";
import { noRoom, photosOfServer, takePhotos } from "./melden/photos";
import { choosePlace } from "./melden/place";
import { forgetProblem, showProblem } from "./melden/problem";
import { Questions } from "./melden/questions";
import { fieldsOf, queuedReport } from "./melden/report";
import { sayAt, walkSteps } from "./melden/steps";
import { summarise } from "./melden/summary";
import { follow } from "./outbox/follow";
import { WaitingList } from "./outbox/list";
import { shelf } from "./outbox/run";
import type { QueuedReport } from "./outbox/shapes";
import { theOutbox } from "./outbox/start";

/** In this tab the form goes the way it goes without a script: something failed after the steps were put together. */
const PLAIN = "melden-plain";

/** The steps that the page carries for later are part of the one form. */
function unfold(form: HTMLFormElement): void {
  const more = document.querySelector<HTMLTemplateElement>("template#more-steps");
  if (!more) return;
  const actions = form.querySelector(".report-actions");
  const send = more.content.querySelector("#send");
  if (send) actions?.append(send);
  actions?.before(more.content);
  more.remove();
}

async function begin(form: HTMLFormElement, page: string): Promise<void> {
  const server = form.dataset["draft"] ?? "";
  const anew = new URLSearchParams(location.search).has("nieuw");
  const [keeper] = await Promise.all([DraftKeeper.begin(form, server, anew), loadCatalogue()]);
  // A step of the road without a script: here all steps are one page, which shows what the server kept of them.
  if (page !== "what") return location.replace("/melden/");
  // That one was sent from here, or another one is gone on with.
  if (server && server !== keeper.draft.taken && wasTaken(server)) return location.replace("/melden/?nieuw=1");
  if (anew) history.replaceState(history.state, "", location.pathname);
  unfold(form);
  const outbox = theOutbox();
  const frame = form.parentElement!;
  const urgent = frame.querySelector<HTMLDetailsElement>(".urgent");
  const field = <T extends HTMLElement>(name: string): T | null => form.querySelector<T>(`[name="${CSS.escape(name)}"]`);
  let current: string | null = null;

  // --- what was kept --------------------------------------------------------------------------
  const place = choosePlace(form);
  const questions = new Questions(form, form.querySelector<HTMLElement>("#questions")!, () => keeper.draft.photos.length);
  const photos = takePhotos(form, keeper, (id) => shelf.bytes(id), place.propose);
  const restore = async (): Promise<void> => {
    const { values } = keeper.draft;
    if (values.length) fill(form, values);
    place.reset();
    field("text")?.dispatchEvent(new Event("input"));
    await Promise.all([photos.show(), questions.follow(field<HTMLSelectElement>("category")?.value ?? "", values)]);
  };
  keeper.trouble = (error) => {
    if (isFull(error)) photos.say(noRoom());
  };
  await keeper.takeOver(photosOfServer(form));
  await restore();

  // --- the steps ------------------------------------------------------------------------------
  const proposals = proposeCategories(form);
  guardText(form);
  followCategory(form, (slug) => void questions.follow(slug, read(form)));
  const goTo = (step: string): void => steps.goTo(step);
  const steps = walkSteps(form, keeper.draft.step, {
    shown: { where: place.show, reach: () => summarise(form, questions.answered(), goTo) },
    complete: { where: place.isKnown, more: () => questions.isComplete() },
    asks: { more: () => form.querySelector("[data-step=more] [data-question]") !== null },
    moved: (step) => void keeper.setStep(step),
  });
  watchNearby(form);
  /** Nothing of the report before stays on screen. */
  const again = (): void => {
    empty(form);
    place.reset();
    forgetProblem(form);
    photos.say("");
    field("text")?.dispatchEvent(new Event("input"));
  };

  // --- sending --------------------------------------------------------------------------------
  const show = (what: "form" | "outbox"): void => {
    form.hidden = what === "outbox";
    frame.classList.toggle("is-sent", what === "outbox");
    another.hidden = what === "form";
    if (urgent) urgent.hidden = what === "outbox";
    list.draw();
  };
  /** Put the words of the refusal in the form; a question can only be answered when its category is chosen. */
  const explain = async (report: QueuedReport): Promise<string> => {
    const asks = report.problem?.errors.some(({ field: about, code }) => about.startsWith("answers.") || code === "photo-required");
    if (asks && !field<HTMLSelectElement>("category")?.value) {
      await proposals.now();
      await questions.follow(field<HTMLSelectElement>("category")?.value ?? "", keeper.draft.values);
    }
    return showProblem(form, report, steps, photos, questions);
  };
  const correct = async (report: QueuedReport): Promise<void> => {
    const held = await outbox.holdBack(report.key);
    if (!held) return list.focus();
    if (!(await keeper.correct(held))) return list.say(report.key, t("This report is open in another tab."));
    again();
    await restore();
    await keeper.keep();
    show("form");
    const wrong = await explain(held);
    goTo(wrong || "what");
    form.querySelector<HTMLElement>(".error-summary")?.focus();
  };
  const list = new WaitingList(outbox, { correct: (report) => void correct(report), current: () => current, open: () => (form.hidden ? null : keeper.draft.corrects) });
  const another = document.createElement("p");
  another.hidden = true;
  const anotherButton = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: t("Write another report") });
  anotherButton.addEventListener("click", () => {
    current = null;
    again();
    show("form");
    void restore().then(() => goTo("what"));
  });
  another.append(anotherButton);
  form.before(another);
  sayOffline(another);
  list.place(another);

  const point = async (): Promise<[number, number] | null> => {
    const [lon, lat] = [field<HTMLInputElement>("lon")?.value, field<HTMLInputElement>("lat")?.value];
    if (lon && lat) return [Number(lon), Number(lat)];
    const code = field<HTMLSelectElement>("area")?.value;
    if (!code) return null;
    try {
      const answer = await fetch(`/api/v1/areas/${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } });
      return answer.ok ? ((await answer.json()) as { point: [number, number] }).point : null;
    } catch {
      return null;
    }
  };

  /** What the server would refuse, hours later when there is no network. */
  const isReachable = (): boolean => {
    const typed = (name: string): string => field<HTMLInputElement>(name)?.value ?? "";
    const wrong = mistakesInContact({ name: typed("name"), email: typed("email"), phone: typed("phone") });
    for (const name of ["email", "phone"] as const) if (field(name)) sayAt(field(name)!, wrong[name] ?? "");
    const [first] = Object.keys(wrong);
    if (first) {
      goTo("reach");
      field(first)?.focus();
    }
    return !first;
  };

  const send = async (): Promise<void> => {
    await photos.ready();
    if (!isReachable()) return;
    // A category may have been proposed after its step was passed by.
    if (!questions.isComplete()) return goTo("more");
    const values = read(form);
    const where = await point();
    if (!where) {
      goTo("where");
      place.isKnown();
      return;
    }
    const { draft } = keeper;
    const fields = fieldsOf({ values, answers: questions.answers(), language: language(), point: where });
    const report = queuedReport(draft.corrects ?? newKey(), fields, draft.photos, { values, step: draft.step }, Date.now());
    await keeper.stop();
    try {
      current = report.key;
      await outbox.add(report, draft.id);
    } catch (error) {
      current = null;
      keeper.goOn();
      photos.say(isFull(error) ? noRoom() : t("This device could not keep your report. Try again."));
      goTo("what");
      return;
    }
    keeper.restart();
    document.querySelector(".resumed")?.remove();
    again();
    void restore();
    show("outbox");
    list.focus();
    const outcome = await outbox.outcome(report.key);
    if (current !== report.key) return;
    // Somebody who waits for an answer may need one now.
    if (urgent && outcome === "later") urgent.hidden = !(urgent.open = true);
    if (typeof outcome === "object") await follow(outcome.token);
    else if (outcome === "refused") {
      const refused = outbox.reports.find(({ key }) => key === report.key);
      if (refused) await correct(refused);
    }
  };
  let busy = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const button = form.querySelector("#send");
    button?.setAttribute("aria-busy", "true");
    void send().finally(() => {
      busy = false;
      button?.removeAttribute("aria-busy");
    });
  });
  form.addEventListener("photos", () => save(form));
  const corrected = (await shelf.list()).find(({ key }) => key === keeper.draft.corrects);
  if (corrected) await explain(corrected);
  form.dataset["ready"] = "";

  await sweep();
  await outbox.start();
}

/** Without a script's help, once: the steps lie open under each other, and are put back by loading the page anew. */
function goPlain(error: unknown): void {
  console.warn("Reporting goes on without keeping anything:", error);
  if (page !== "what" || document.querySelector("template#more-steps") || document.querySelector("#report-form[data-ready]")) return;
  try {
    sessionStorage.setItem(PLAIN, "1");
    location.reload();
  } catch {
    // Nothing is kept at all here.
  }
}

function isPlain(): boolean {
  try {
    return sessionStorage.getItem(PLAIN) !== null;
  } catch {
    return false;
  }
}

const form = document.querySelector<HTMLFormElement>("#report-form");
const page = document.querySelector<HTMLElement>("[data-page]")?.dataset["page"] ?? "what";
// Where the browser keeps nothing the form goes the way it goes without a script.
if (form && !isPlain()) void begin(form, page).catch(goPlain);
