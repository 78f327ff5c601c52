// A burn-down with values under the pointer; the drawing and the table of the page show the same.
(function () {
  "use strict";
  if (typeof uPlot === "undefined") return;
  const style = getComputedStyle(document.documentElement), color = (name) => style.getPropertyValue(name).trim();

  function draw(box, data) {
    const times = data.values.map((_, day) => data.start + day * data.step);
    const axis = { stroke: color("--soft"), grid: { stroke: color("--line") }, ticks: { stroke: color("--line") } };
    const plot = new uPlot({
      width: box.clientWidth, height: 260, tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), "Etc/UTC"),
      series: [{ value: "{YYYY}-{MM}-{DD}" }, { label: box.dataset.name, stroke: color("--fill"), width: 2 }],
      axes: [axis, { ...axis, values: (_, ticks) => ticks.map((tick) => tick + " %"), size: 64 }],
    }, [times, data.values], box);
    addEventListener("resize", () => plot.setSize({ width: box.clientWidth, height: 260 }));
  }

  for (const box of document.querySelectorAll("[data-chart]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = box.dataset.open;
    button.addEventListener("click", () => {
      button.remove();
      draw(box, JSON.parse(document.getElementById("data-" + box.dataset.chart).textContent));
    });
    box.append(button);
    box.hidden = false;
  }
})();
