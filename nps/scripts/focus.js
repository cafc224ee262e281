// The first field of the dialog that opens has the keyboard: one types at once, without Tab.
(() => {
  "use strict";
  const SOON = 1500; // milliseconds in which a dialog is drawn, and takes the focus for itself
  const began = performance.now();
  const look = () => {
    const field = document.querySelector("[role=dialog] input");
    if (field && field === document.activeElement) return;
    if (field) field.focus();
    if (performance.now() - began < SOON) requestAnimationFrame(look);
  };
  look();
})();
