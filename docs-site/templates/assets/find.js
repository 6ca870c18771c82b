// Finds sections of the manual by their words. The index is loaded when somebody begins to look.
(() => {
  const form = document.querySelector(".find");
  if (!form) return;
  const box = form.querySelector("input"), list = form.querySelector("ol");
  let sections = null, asked = false;
  form.hidden = false;
  window.findIndex = (told) => {
    sections = told.map(([place, page, heading, words]) => ({ place, page, heading, words, head: `${page} ${heading}`.toLowerCase(), all: words.toLowerCase() }));
    show();
  };
  const load = () => {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = form.dataset.index;
    document.head.append(script);
  };
  const weight = (section, words) => words.reduce((sum, word) =>
    sum && (section.head.includes(word) ? sum + 10 : section.all.includes(word) ? sum + 1 : 0), 1);
  const show = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.replaceChildren();
    if (!sections || !words.length) return;
    const found = sections.map((section) => [weight(section, words), section]).filter(([sum]) => sum);
    found.sort((a, b) => b[0] - a[0]);
    for (const [, section] of found.slice(0, 12)) {
      const item = document.createElement("li"), link = document.createElement("a"), name = document.createElement("b");
      link.href = form.dataset.root + section.place;
      name.textContent = section.heading ? `${section.page}: ${section.heading}` : section.page;
      const at = Math.max(0, section.all.indexOf(words[0]) - 40);
      link.append(name, section.words.slice(at, at + 120));
      item.append(link);
      list.append(item);
    }
    if (!found.length) {
      const item = document.createElement("li");
      item.textContent = "Nothing was found.";
      list.append(item);
    }
  };
  box.addEventListener("focus", load);
  box.addEventListener("input", () => { load(); show(); });
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") { box.value = ""; show(); } });
  form.addEventListener("submit", (event) => { event.preventDefault(); list.querySelector("a")?.click(); });
})();
