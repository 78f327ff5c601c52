// Search in shards: a script for each beginning of words calls reliabilityShard when it has loaded.
// A beginning of many words has a few results only, and the next letter loads another shard.
(function () {
  "use strict";
  const body = document.body, form = document.querySelector("form.search");
  if (!form || typeof MiniSearch === "undefined") return;
  const input = form.querySelector("input"), list = form.querySelector("ul"), status = form.querySelector("p");
  const index = new MiniSearch({
    idField: "page",
    fields: ["title", "words"],
    storeFields: ["title", "page"],
    searchOptions: { prefix: true, fuzzy: 0.2, boost: { title: 3 } },
  });
  const asked = new Set(), known = new Set(reliabilityShards);
  let waiting = 0;

  window.reliabilityShard = function (entries) {
    for (const [title, page, words] of entries) {
      if (!index.has(page)) index.add({ title, page, words });
    }
    loaded();
  };

  // All shards of what was typed come first: the best result may be in the last one.
  function loaded() {
    waiting -= 1;
    if (waiting === 0) show();
  }

  function nameOf(beginning) {
    return [...beginning].map((one) => (/[a-z0-9]/.test(one) ? one : "-" + one.codePointAt(0).toString(16) + "-")).join("");
  }

  function load(word) {
    const letters = [...word];
    let name = "";
    for (let length = 1; length <= letters.length; length += 1) {
      const longer = nameOf(letters.slice(0, length).join(""));
      if (!known.has(longer)) break;
      name = longer;
    }
    if (!name || asked.has(name)) return;
    asked.add(name);
    waiting += 1;
    const script = document.createElement("script");
    script.src = body.dataset.top + "search/" + name + ".js";
    script.addEventListener("error", loaded);
    document.head.append(script);
  }

  function show() {
    const text = input.value.trim();
    const found = text ? index.search(text).slice(0, 12) : [];
    list.replaceChildren(...found.map((one) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = body.dataset.up + one.page;
      link.textContent = one.title;
      item.append(link);
      return item;
    }));
    status.textContent = text && !found.length ? status.dataset.none : "";
  }

  input.addEventListener("input", function () {
    const words = input.value.toLowerCase().match(/[\p{L}\p{N}_]+/gu) || [];
    words.forEach(load);
    if (waiting === 0) show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
