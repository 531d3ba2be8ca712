// Where one stands is put into the address: the browser's own position, asked for on a press, or the point pressed on the map.
(() => {
  if (window.portalNearby) return;
  window.portalNearby = true;
  const stand = (lon, lat) => {
    const address = new URL(location.href);
    address.searchParams.delete("place");
    // Four decimals are eleven metres: as near as a phone knows, and no nearer.
    address.searchParams.set("lon", lon.toFixed(4));
    address.searchParams.set("lat", lat.toFixed(4));
    history.pushState({}, "", address);
    window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  };

  document.addEventListener("map-point", ({ detail }) => {
    if (location.pathname === "/nearby") stand(detail.lon, detail.lat);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button) return;
    const status = button.parentElement.querySelector("[role=status]");
    const say = (words) => { status.textContent = words; };
    if (!window.isSecureContext || !navigator.geolocation) {
      say(button.dataset.insecure);
      return;
    }
    say(button.dataset.asking);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        say("");
        stand(coords.longitude, coords.latitude);
      },
      (error) => say(error.code === error.PERMISSION_DENIED ? button.dataset.denied : button.dataset.unavailable),
      { timeout: 10000, maximumAge: 60000 },
    );
  });
})();
