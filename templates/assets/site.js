// What a page can do beyond being read: colours, density, keys. Nothing here is needed to read it.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const keep = (name, value) => {
    try {
      value ? localStorage.setItem(`briefpress.${name}`, value) : localStorage.removeItem(`briefpress.${name}`);
    } catch { /* not kept, and no harm */ }
  };
  const kept = (name) => {
    try { return localStorage.getItem(`briefpress.${name}`); } catch { return null; }
  };

  // Colours: as the system has them, light, dark.
  const scheme = document.querySelector(".scheme");
  const paint = () => {
    const now = root.dataset.scheme || "auto";
    scheme.querySelector(".unseen").textContent = scheme.dataset[now];
    scheme.title = scheme.dataset[now];
  };
  if (scheme) {
    paint();
    scheme.addEventListener("click", () => {
      const next = { auto: "light", light: "dark", dark: "" }[root.dataset.scheme || "auto"];
      next ? (root.dataset.scheme = next) : delete root.dataset.scheme;
      keep("scheme", next);
      paint();
    });
  }

  // How densely the overview is set.
  const densities = all(".density button");
  const press = () => densities.forEach((one) => one.setAttribute("aria-pressed", one.value === root.dataset.density));
  densities.forEach((one) => one.addEventListener("click", () => {
    root.dataset.density = one.value;
    keep("density", one.value);
    press();
  }));
  press();

  // Keys: for people who have no field in focus, and did not switch them off.
  const help = document.querySelector(".keys");
  const off = help && help.querySelector("input");
  const step = (by) => {
    const stories = all("main .headline a").filter((link) => link.offsetParent);
    if (!stories.length) {
      const link = document.querySelector(`main a[rel="${by > 0 ? "next" : "prev"}"]`);
      if (link) link.click();
      return;
    }
    const at = stories.indexOf(document.activeElement);
    const to = stories[at < 0 && by < 0 ? stories.length - 1 : Math.min(Math.max(at + by, 0), stories.length - 1)];
    to.focus();
    to.scrollIntoView({ block: "nearest" });
  };
  const actions = {
    "/": () => {
      const field = document.querySelector("main input[type=search]");
      if (field) { field.focus(); field.select(); } else document.querySelector(".nav a[rel=search]")?.click();
    },
    j: () => step(1),
    k: () => step(-1),
    "?": () => help.showModal(),
  };
  if (help) {
    off.checked = kept("keys") === "off";
    off.addEventListener("change", () => keep("keys", off.checked ? "off" : ""));
    all(".keys-open").forEach((one) => one.addEventListener("click", () => help.showModal()));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (off.checked || !Object.hasOwn(actions, event.key)) return;
      event.preventDefault();
      actions[event.key]();
    });
  }

  // The search: fetched when it is about to be used.
  const search = document.querySelector("form[data-script]");
  if (search) {
    const fetched = () => {
      const script = document.createElement("script");
      script.src = search.dataset.script;
      document.head.append(script);
    };
    if (location.search || search.contains(document.activeElement)) fetched();
    else search.addEventListener("focusin", fetched, { once: true });
  }

  // What is wider than the column is scrolled by keys too.
  all(".prose :is(pre, table)").forEach((one) => {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
  });

  // A page opened from a file: no server adds index.html to the name of a folder.
  if (location.protocol === "file:") {
    all("a[href], form[action]").forEach((one) => {
      const name = one.href ? "href" : "action";
      const [, path, rest] = one.getAttribute(name).match(/^([^?#]*)(.*)$/);
      if (path.endsWith("/") && !path.includes(":")) one.setAttribute(name, `${path}index.html${rest}`);
    });
  }
})();
