// One keystroke a judgement: the key of a button presses it.
document.addEventListener("keydown", (event) => {
  const isWriting = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (isWriting || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const button = [...document.querySelectorAll("button[data-key]")].find(
    (each) => each.dataset.key === event.key.toLowerCase() && !each.disabled,
  );
  if (!button) return;
  event.preventDefault();
  button.click();
});
// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const buttons = event.target.querySelectorAll("button");
  setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
});
