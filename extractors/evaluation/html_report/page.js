"use strict";
const form = document.querySelector("form");
const articles = [...document.querySelectorAll("article")];
const shown = document.querySelector("#shown");

function matches(row) {
  const { verdict, relation } = form.elements;
  return (!verdict.value || row.dataset.verdict === verdict.value)
    && (!relation.value || row.dataset.type === relation.value);
}

function filter() {
  const { entity, verdict, relation, words, errors } = form.elements;
  const wanted = words.value.toLowerCase();
  let n = 0;
  for (const article of articles) {
    const rows = [...article.querySelectorAll("tr[data-type]")];
    for (const row of rows) row.hidden = !matches(row);
    const marks = [...article.querySelectorAll("mark")];
    const ofType = marks.filter((mark) => !entity.value || mark.dataset.type === entity.value);
    const ofVerdict = ofType.some((mark) => !verdict.value || mark.dataset.verdict === verdict.value);
    const fits = (!relation.value && !entity.value && !verdict.value)
      || (relation.value ? rows.some((row) => !row.hidden)
        : ofVerdict || (!entity.value && rows.some((row) => !row.hidden)));
    const visible = fits && (!relation.value || !entity.value || ofType.length > 0)
      && (!errors.checked || article.dataset.errors !== "0")
      && article.textContent.toLowerCase().includes(wanted);
    article.hidden = !visible;
    n += visible;
  }
  shown.textContent = n + " of " + articles.length + " documents";
}

function light(row) {
  const article = row.closest("article");
  for (const lit of article.querySelectorAll(".lit")) lit.classList.remove("lit");
  const places = new Set(row.dataset.places.split(" "));
  for (const mark of article.querySelectorAll("mark")) {
    if (places.has(mark.dataset.place)) mark.classList.add("lit");
  }
  const first = article.querySelector("mark.lit");
  if (first) first.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-places]");
  if (row) light(row);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("tr[data-places]")) light(event.target);
});
filter();
