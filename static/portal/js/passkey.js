/* Says on the page what the key script would only write to the console. */
(() => {
  "use strict";
  document.addEventListener("allauth.error", (e) => {
    const note = document.getElementById("key-fault");
    if (!note) return;
    e.preventDefault();
    note.hidden = false;
    note.scrollIntoView({ block: "nearest" });
  });
})();
