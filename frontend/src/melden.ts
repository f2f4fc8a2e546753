/** Reporting with a script: the same form, one step at a time. */
import { keepDraft } from "./melden/draft";
import { loadCatalogue } from "./i18n";
import { followCategory, proposeCategories } from "./melden/category";
import { takePhotos } from "./melden/photos";
import { choosePlace } from "./melden/place";
import { walkSteps } from "./melden/steps";

const form = document.querySelector<HTMLFormElement>("#report-form");

if (form) {
  void loadCatalogue().then(() => {
    keepDraft(form);
    const place = choosePlace(form);
    takePhotos(form, place.propose);
    proposeCategories(form);
    followCategory(form);
    walkSteps(form, { where: place.show }, { where: place.isKnown });
  });
}
