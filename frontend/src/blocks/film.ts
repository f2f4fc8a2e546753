/** A film that is kept elsewhere: until somebody plays it, its address is only a word on this page. */

/** `<div data-film="https://…" data-title="…">`, with `data-file` when it is a file and not a page with a player. */
export function playOnRequest(place: HTMLElement): void {
  place.querySelector("button")?.addEventListener("click", () => {
    const player = place.dataset["file"] === undefined ? framed(place) : filed(place);
    place.replaceChildren(player);
    player.focus();
  });
}

function framed(place: HTMLElement): HTMLElement {
  const frame = document.createElement("iframe");
  frame.title = place.dataset["title"] ?? "";
  frame.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // YouTube plays nothing for who does not say where it stands
  frame.sandbox.add("allow-scripts", "allow-same-origin", "allow-presentation", "allow-popups"); // never our own window
  frame.src = place.dataset["film"] ?? "";
  return frame;
}

function filed(place: HTMLElement): HTMLElement {
  const video = document.createElement("video");
  video.controls = true;
  video.autoplay = true;
  video.tabIndex = 0;
  video.setAttribute("aria-label", place.dataset["title"] ?? "");
  video.src = place.dataset["film"] ?? "";
  return video;
}
