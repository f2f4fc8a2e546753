/** To the page of one's own report: the private link, which swaps the token for a cookie and leaves no address behind. */

export function follow(token: string): void {
  location.replace(`/volgen/${encodeURIComponent(token)}/`);
}
