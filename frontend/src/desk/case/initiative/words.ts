/** Stages, roles and the five questions in words. */
import { t } from "../../../i18n";
import { type Question, type Role, type StepName } from "./shapes";

/** A step as a verb on its button. */
export function stepWords(step: StepName): string {
  return {
    accept: t("Accept and coach"),
    refuse: t("Cannot help"),
    gather: t("Gather support"),
    plan: t("Make the plan"),
    begin: t("Start the work"),
    finish: t("It succeeded"),
    rest: t("Give it a rest"),
    wake: t("Go on"),
    stop: t("Stop it"),
    resume: t("Take it up again"),
  }[step];
}

/** What a step means for the group. */
export function stepMeans(step: StepName): string {
  return {
    accept: t("You coach this group from now on. They get a mail with your name."),
    refuse: t("The idea ends here. The group reads why, and can answer once."),
    gather: t("Neighbours can support it. Its name, words and place stand still from now on."),
    plan: t("The group works out who does what, when and for how much."),
    begin: t("The group starts. The diary shows how it goes."),
    finish: t("It will be closed as succeeded. Look back together, and make it a small win."),
    rest: t("Nobody is reminded of anything. Group and coach can go on whenever they like."),
    wake: t("It goes on where it was."),
    stop: t("It will be closed. The group reads why, and can answer once."),
    resume: t("It is open again, and you coach it."),
  }[step];
}

export function stepIcon(step: StepName): string {
  return {
    accept: "heart",
    refuse: "status-unresolved",
    gather: "users",
    plan: "list",
    begin: "play",
    finish: "sparkles",
    rest: "status-waiting",
    wake: "play",
    stop: "status-unresolved",
    resume: "status-reopened",
  }[step];
}

export function roleWords(): Record<Role, [string, string]> {
  return {
    stimulate: [t("Stimulate"), t("Encourage, from a distance")],
    facilitate: [t("Facilitate"), t("Arrange what the group cannot")],
    "co-produce": [t("Co-produce"), t("Do it together")],
  };
}

/** The five questions of ACTIE: name, question, and what to do when it scores low. */
export function questions(): Record<Question, [string, string, string]> {
  return {
    energy: [t("Energy"), t("Do they feel like it, and is it theirs?"), t("Make it smaller. Celebrate what worked. Do not push.")],
    contacts: [t("Contacts"), t("Do they know each other, neighbours and those who decide?"), t("Introduce them. Go along once. Invite more neighbours.")],
    equipment: [t("Equipment"), t("Do they have time, skills, money and things?"), t("Ask for help together. Share out the work. Offer a course or a tool.")],
    embedding: [t("Embedding"), t("Does it fit with rules, organisations and other plans?"), t("Find the colleague who can say yes. Explain the rules in plain words.")],
    empathy: [t("Empathy"), t("Do the organisations understand what they want?"), t("Bring a colleague to the group. Listen first. Tell their story inside.")],
  };
}
