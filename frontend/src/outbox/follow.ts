/**
 * To the page of one's own report. The token is swapped for a cookie by a POST, so that it stands in no address and in
 * no history. Answers false when there is no network.
 */
export async function follow(token: string): Promise<boolean> {
  const address = "/volgen/open/";
  try {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ token }), credentials: "same-origin", cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      location.replace("/volgen/");
      return true;
    }
  } catch {
    return false;
  }
  // Refused: the same once more as a form, for the page that says why.
  const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true });
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "token", value: token }));
  document.body.append(form);
  form.submit();
  return true;
}
