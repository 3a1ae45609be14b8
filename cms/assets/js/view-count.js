/**
 * Counts that the page was viewed, and nothing about who viewed it. The request carries no cookie, and whoever asks not
 * to be tracked is not counted. It comes from the browser because pages out of a cache never reach the portal.
 */
function wantsNoTraces() {
  return navigator.globalPrivacyControl === true || [navigator.doNotTrack, window.doNotTrack].includes("1");
}

export function countView() {
  const { viewAddress, viewPage, viewSubject } = document.body.dataset;
  if (!viewAddress || wantsNoTraces()) {
    return;
  }
  const body = new URLSearchParams({ seite: viewPage, inhalt: viewSubject || "" });
  // Like a beacon it outlives the page; a beacon would send along the cookies of an editor who is logged in.
  fetch(viewAddress, { method: "POST", body, keepalive: true, credentials: "omit" }).catch(() => {});
}
