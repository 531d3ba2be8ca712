// The map: a press opens a mark or tells the point pressed; areas of the base map are filled; many places that lie close together are drawn as their number.
(() => {
  if (window.portalMap) return;
  window.portalMap = true;
  const CELL_PX = 48;
  const CHARTS = '[class*="st-key-city_map"] [data-testid="stEChartsChart"]';
  const bound = new WeakSet();

  // Streamlit shows a chart's own selections only, not where an empty spot was pressed nor how far it is zoomed: the chart
  // itself is needed, which is state of the React component around it.
  const chartOf = (element) => {
    const key = Object.keys(element).find((name) => name.startsWith("__reactFiber$"));
    for (let fiber = element[key]; fiber; fiber = fiber.return) {
      for (const side of [fiber, fiber.alternate]) {
        for (let hook = side && side.memoizedState; hook; hook = hook.next) {
          const held = hook.memoizedState;
          if (held && held.convertFromPixel && !held.isDisposed()) return held;
        }
      }
    }
    return null;
  };

  const view = (chart) => {
    const [width, height] = [chart.getWidth(), chart.getHeight()];
    const [west, north] = chart.convertFromPixel("grid", [0, 0]);
    const [east, south] = chart.convertFromPixel("grid", [width, height]);
    return { width, height, west, east, south, north };
  };

  const open = (parameter, id) => {
    const address = new URL(location.href);
    for (const name of ["place", "lon", "lat"]) address.searchParams.delete(name);
    address.searchParams.set(parameter, id);
    history.pushState({}, "", address);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };

  const tell = (chart, [lon, lat]) => {
    chart.getDom().dispatchEvent(new CustomEvent("map-point", { bubbles: true, detail: { lon, lat } }));
  };

  // Two steps nearer, or out from there where the map goes no nearer.
  const approach = (chart, at) => {
    const { west, east, south, north } = view(chart);
    const batch = [[at[0], east - west], [at[1], north - south]].map(([middle, span], dataZoomIndex) => (
      { dataZoomIndex, startValue: middle - span / 8, endValue: middle + span / 8 }
    ));
    chart.dispatchAction({ type: "dataZoom", batch });
    if (view(chart).east - view(chart).west > (east - west) * 0.9) tell(chart, at);
  };

  // Only a function fills a polygon in ECharts: the option carries the rings, here they are drawn.
  const fill = (chart) => {
    const areas = (chart.getOption().dataset || []).filter(({ id }) => String(id).startsWith("base:"));
    if (!areas.length) return;
    chart.setOption({
      series: areas.map(({ id, source }) => ({
        id,
        type: "custom",
        coordinateSystem: "cartesian2d",
        silent: true,
        clip: true,
        z: 0,
        data: source.map(([, ring]) => ring[0]),
        renderItem: ({ dataIndex }, api) => {
          const [colour, ring] = source[dataIndex];
          return { type: "polygon", shape: { points: ring.map((at) => api.coord(at)) }, style: { fill: colour } };
        },
      })),
    });
  };

  const gather = (chart) => {
    const option = chart.getOption();
    const kinds = option.series.filter((series) => series.large).map((series) => ({
      ...series, rows: option.dataset.find((table) => table.id === series.datasetId).source,
    }));
    if (!kinds.length) return;
    let hidden = new Set();
    let drawn = null;
    const draw = () => {
      const now = view(chart);
      const [wide, high] = [now.east - now.west, now.north - now.south];
      const level = Math.ceil(Math.log2((wide / now.width) * CELL_PX));
      const inside = drawn && now.west >= drawn.west && now.east <= drawn.east && now.south >= drawn.south && now.north <= drawn.north;
      if (inside && drawn.level === level) return;
      // Half a view more on every side, so that a short pan draws nothing anew.
      drawn = { level, west: now.west - wide / 2, east: now.east + wide / 2, south: now.south - high / 2, north: now.north + high / 2 };
      const across = 2 ** level;
      const up = across * (high / now.height) / (wide / now.width);
      const cells = new Map();
      for (const kind of kinds) {
        if (hidden.has(kind.name)) continue;
        for (const row of kind.rows) {
          const [lon, lat] = row;
          if (lon < drawn.west || lon > drawn.east || lat < drawn.south || lat > drawn.north) continue;
          const [column, line] = [Math.floor(lon / across), Math.floor(lat / up)];
          const cell = column * 1e6 + line;
          const held = cells.get(cell);
          if (held) {
            held.count += 1;
            held.lon += lon;
            held.lat += lat;
          } else cells.set(cell, { count: 1, lon, lat, column, line, kind, row });
        }
      }
      const counts = [];
      const alone = new Map(kinds.map((kind) => [kind.id, []]));
      // Half way between a cell's middle and that of its places: two counts do not cover each other.
      const between = (sum, count, index, size) => (sum / count + (index + 0.5) * size) / 2;
      for (const { count, lon, lat, column, line, kind, row } of cells.values()) {
        if (count > 1) {
          const value = [between(lon, count, column, across), between(lat, count, line, up)];
          counts.push({ name: String(count), value, symbolSize: 18 + 5 * Math.log10(count) });
          continue;
        }
        const [, , name, id, borrowed] = row;
        const itemStyle = borrowed ? { color: "rgba(0,0,0,0)", borderColor: kind.itemStyle.color, borderWidth: 2 } : undefined;
        alone.get(kind.id).push({ id, name, value: [lon, lat], itemStyle });
      }
      chart.setOption({
        series: [...kinds.map(({ id }) => ({ id, large: false, data: alone.get(id) })), { id: "counts", data: counts }],
      });
    };
    let waiting = false;
    const soon = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; if (!chart.isDisposed()) draw(); });
    };
    chart.on("datazoom", soon);
    chart.on("legendselectchanged", ({ selected }) => {
      hidden = new Set(Object.keys(selected).filter((name) => !selected[name]));
      drawn = null;
      soon();
    });
    draw();
  };

  const bind = () => {
    for (const element of document.querySelectorAll(`${CHARTS}[aria-busy="false"]`)) {
      const chart = bound.has(element) ? null : chartOf(element);
      if (!chart) continue;
      bound.add(element);
      chart.on("click", ({ seriesId, data, value }) => {
        if (seriesId === "counts") approach(chart, value);
        else if (data && data.id) open(seriesId.split(":")[0], data.id);
      });
      chart.getZr().on("click", ({ target, offsetX, offsetY }) => {
        if (!target) tell(chart, chart.convertFromPixel("grid", [offsetX, offsetY]));
      });
      fill(chart);
      gather(chart);
    }
  };
  new MutationObserver(bind).observe(document.body, { attributes: true, attributeFilter: ["aria-busy"], subtree: true });
  bind();
})();
