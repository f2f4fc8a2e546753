/** Steps and pages of a poll in words. */
import { t } from "../../../i18n";
import { type PollPage, type PollStep } from "./shapes";

/** A step as a verb on its button. */
export function pollStepWords(step: PollStep): string {
  return {
    accept: t("Take it up"),
    decline: t("Do not take it up"),
    collect: t("Collect ideas"),
    check: t("Stop collecting, check the ideas"),
    plan: t("Announce it"),
    back: t("Back to preparing"),
    open: t("Open it now"),
    close: t("Close it now"),
    stop: t("Stop it"),
  }[step];
}

/** What a step means for the neighbourhood. */
export function pollStepMeans(step: PollStep): string {
  return {
    accept: t("You prepare this poll from now on. Who proposed it gets a mail."),
    decline: t("The neighbourhood is not asked. Who proposed it reads why."),
    collect: t("Everybody can read it, and residents can propose ideas."),
    check: t("No more ideas come in. Say of each whether it can be done."),
    plan: t("Everybody can read it. It opens by itself on the day you chose."),
    back: t("Everything can be changed again. Nobody can vote meanwhile."),
    open: t("People can vote from now on. What is asked stands still."),
    close: t("The last ballots are counted and the key of who voted is destroyed. It cannot be undone."),
    stop: t("The ballots are thrown away. Everybody reads why."),
  }[step];
}

export function pollStepIcon(step: PollStep): string {
  return {
    accept: "ok",
    decline: "status-unresolved",
    collect: "sparkles",
    check: "list",
    plan: "calendar",
    back: "edit",
    open: "play",
    close: "clock",
    stop: "status-unresolved",
  }[step];
}

export function pageWords(): Record<PollPage, string> {
  return {
    overview: t("Overview"),
    about: t("About it"),
    questions: t("Questions"),
    projects: t("Projects"),
    preview: t("Preview"),
    codes: t("Letters"),
    enter: t("Vote at a desk"),
    words: t("Own words"),
    watch: t("Fraud watch"),
    answer: t("Answer"),
  };
}
