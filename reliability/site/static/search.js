// Search in shards: a script for each first letter calls reliabilityShard when it has loaded.
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
  const asked = new Set();

  window.reliabilityShard = function (name, entries) {
    for (const [title, page, words] of entries) {
      if (!index.has(page)) index.add({ title, page, words });
    }
    show();
  };

  function load(word) {
    const first = word[0], name = /[a-z0-9]/.test(first) ? first : "u" + first.codePointAt(0).toString(16);
    if (asked.has(name) || !reliabilityShards.includes(name)) return;
    asked.add(name);
    const script = document.createElement("script");
    script.src = body.dataset.top + "search/" + name + ".js";
    script.addEventListener("error", show);
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
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
