// Before the first paint: what the reader chose here before.
(function (root) {
  root.classList.add("js");
  try {
    ["scheme", "density"].forEach(function (name) {
      var chosen = localStorage.getItem("briefpress." + name);
      if (/^(light|dark)$/.test(chosen) || (/^(cards|list|headlines)$/.test(chosen) && root.dataset.density)) {
        root.dataset[name] = chosen;
      }
    });
  } catch (refused) {
    // Without storage every visit begins as the site has it.
  }
})(document.documentElement);
