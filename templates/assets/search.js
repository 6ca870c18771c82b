// The search: files of titles, sources, tags and days are loaded when the reader begins to type, and read here;
// where the site has a full-text index, that is asked as well.
(() => {
  const form = document.querySelector(".search");
  const results = document.querySelector(".results");
  const said = document.querySelector(".said");
  const pattern = document.querySelector(".result");
  const field = form.elements.namedItem("q");
  const filters = ["tag", "source", "from", "to"].map((name) => form.elements.namedItem(name));
  const SHOWN = 50;
  const PLACED = 10;
  const items = [];
  // No server adds this to the name of a folder when the site is opened from a file.
  const index = location.protocol === "file:" ? "index.html" : "";
  let asked = false;
  let ids = [];
  let whole = null;
  let turn = 0;

  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // The name of a page as it mostly is; where it is another, the index tells it.
  const usual = (title) => {
    const name = title.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "")
      .replace(/['’]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    if (name.length <= 60) return name;
    const cut = name.slice(0, 61);
    return cut.includes("-") ? cut.slice(0, cut.lastIndexOf("-")) : name.slice(0, 60);
  };

  window.briefpress = {
    index(told) {
      told.title.forEach((title, at) => {
        const tags = told.tag[at].map((tag) => told.tags[tag]);
        const source = told.sources[told.source[at]];
        const tldr = told.tldr[at] || "";
        items.push({
          title, tags, source, tldr,
          section: told.sections[told.section[at]] || "",
          path: `${form.dataset.root}items/${told.path[at] || `${told.day[at]}-${usual(title)}`}/${index}`,
          day: told.day[at],
          back: told.back - at,
          words: [folded(title), folded(`${tags.join(" ")} ${source}`), folded(tldr)],
        });
      });
    },
    ids(told) { ids = told; },
  };

  const load = () => {
    if (asked) return;
    asked = true;
    const files = form.dataset.indexes.split(" ").filter(Boolean).map((name) => new Promise((done) => {
      const script = document.createElement("script");
      script.src = name;
      script.onload = () => done(true);
      script.onerror = () => done(false);
      document.head.append(script);
    }));
    files.forEach((file) => file.then(() => { offer(); show(); }));
    if (form.dataset.pagefind) {
      import(new URL(form.dataset.pagefind, location).href)
        .then((module) => { whole = module; show(); })
        .catch(() => { said.textContent = form.dataset.failed; });
    }
    Promise.all(files).then((all) => { if (!all.every(Boolean)) said.textContent = form.dataset.failed; });
  };

  // The tags and sources there are, for the two lists to choose from.
  const offer = () => {
    for (const [name, of] of [["tag", (item) => item.tags], ["source", (item) => [item.source]]]) {
      const select = form.elements.namedItem(name);
      const wanted = select.value || new URLSearchParams(location.search).get(name) || "";
      const names = [...new Set(items.flatMap(of))].sort((a, b) => a.localeCompare(b));
      select.replaceChildren(select.options[0], ...names.map((one) => new Option(one, one)));
      select.value = names.includes(wanted) ? wanted : "";
    }
  };

  // How well an item fits: every word has to be found; a title counts most, and the beginning of a word more.
  const score = (item, words) => {
    let sum = 0;
    for (const word of words) {
      const weights = item.words.map((text, at) => {
        const found = text.indexOf(word);
        if (found < 0) return 0;
        const begins = found === 0 || /[^\p{L}\p{N}]/u.test(text[found - 1]);
        return [8, 4, 2][at] + (begins ? 2 : 0);
      });
      const best = Math.max(...weights);
      if (!best) return 0;
      sum += best;
    }
    return sum || 1;
  };

  // `text` with the words that were looked for marked, as nodes: no text of an item is ever read as HTML.
  const marked = (text, words) => {
    const plain = folded(text);
    if (!words.length || plain.length !== text.length) return [text];
    const nodes = [];
    let at = 0;
    while (at < text.length) {
      const next = words.map((word) => [plain.indexOf(word, at), word.length]).filter(([place]) => place >= 0);
      if (!next.length) break;
      const [place, length] = next.reduce((a, b) => (b[0] < a[0] || (b[0] === a[0] && b[1] > a[1]) ? b : a));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(place, place + length);
      nodes.push(text.slice(at, place), mark);
      at = place + length;
    }
    return [...nodes, text.slice(at)];
  };

  // The day comes first in the theme's own English.
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });

  // What the full-text index finds, by the id of a text: how well it fits, and its words around the place.
  const search = async (words) => {
    if (!whole || !words.length) return new Map();
    const found = await whole.search(words.join(" "));
    return new Map(found.results.map((one) => [one.id, one]));
  };

  // Where the words stand in a text, in place of its TL;DR. Its HTML is read for its words and marks alone.
  const place = async (result, made) => {
    const excerpt = new DOMParser().parseFromString((await result.data()).excerpt, "text/html").body;
    const line = document.createElement("p");
    line.className = "tldr";
    line.dir = "auto";
    line.append("… ", ...[...excerpt.childNodes].map((node) => {
      if (node.nodeName !== "MARK") return node.textContent;
      const mark = document.createElement("mark");
      mark.textContent = node.textContent;
      return mark;
    }), " …");
    made.querySelector(".tldr")?.remove();
    made.querySelector(".headline").after(line);
  };

  const show = async () => {
    const now = ++turn;
    const [tag, source, from, to] = filters.map((one) => one.value);
    const words = [...new Set(folded(field.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean))];
    if (!words.length && !tag && !source && !from && !to) {
      results.replaceChildren();
      said.textContent = "";
      return;
    }
    const texts = await search(words).catch(() => new Map());
    if (now !== turn) return;
    const text = (item) => texts.get(ids[ids.length - item.back]);
    const found = items
      .filter((item) => (!tag || item.tags.includes(tag)) && (!source || item.source === source))
      .filter((item) => (!from || item.day >= from) && (!to || item.day <= to))
      .map((item) => [(score(item, words) && score(item, words) + 1000) || text(item)?.score || 0, item])
      .filter(([fit]) => fit)
      .sort((a, b) => b[0] - a[0] || (b[1].day < a[1].day ? -1 : 1));
    results.replaceChildren(...found.slice(0, SHOWN).map(([, item]) => {
      const made = pattern.content.cloneNode(true);
      const link = made.querySelector("a");
      link.href = item.path;
      link.append(...marked(item.title, words));
      const tldr = made.querySelector(".tldr");
      item.tldr ? tldr.append(...marked(item.tldr, words)) : tldr.remove();
      made.querySelector(".source").append(...marked(item.source, words));
      made.querySelector(".day").textContent = day.format(new Date(item.day));
      return made;
    }));
    found.slice(0, PLACED).forEach(([, item], at) => {
      if (text(item) && !marked(item.tldr, words)[1]) place(text(item), results.children[at]);
    });
    const count = found.length.toLocaleString(language);
    said.textContent = found.length ? form.dataset.found.replace("{n}", count) : form.dataset.none;
    if (found.length > SHOWN) said.textContent += ` ${form.dataset.first.replace("{n}", SHOWN)}`;
  };

  const remember = () => {
    const told = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}${`${told}` && `?${told}`}`);
  };

  const changed = () => {
    load();
    show();
    remember();
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  // The lists to choose from are filled when they are about to be used.
  filters.forEach((one) => one.addEventListener("focus", load));

  const told = new URLSearchParams(location.search);
  // What was typed while this was fetched stays.
  ["q", "from", "to"].forEach((name) => { form.elements.namedItem(name).value ||= told.get(name) || ""; });
  if ([...new FormData(form).values(), ...told.values()].some(Boolean) || filters.includes(document.activeElement)) load();
})();
