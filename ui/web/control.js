// What the Training and Settings views do in the browser alone: role, theme, results of tests beside their buttons.
// No text is ever made HTML.
() => {
  const root = document.getElementById('top').parentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const find = (selector) => document.querySelector(selector);
  const watch = (selector, act) => {
    const part = find(selector);
    if (!part) return;
    new MutationObserver(act).observe(part, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-stamp'] });
    act();
  };

  // --- who is here: what only managers may do is shown to them alone; the server checks it anyway ---------
  watch('#me', () => {
    const is = find('#me [data-is]')?.dataset.is;
    if (is) root.dataset.role = is;
  });

  // --- theme ---------------------------------------------------------------------------------------------
  const KEY = 'kilavuz-theme';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const chosen = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const paint = () => {
    const theme = chosen() ?? 'system';
    if (chosen()) document.body.classList.toggle('dark', theme === 'dark' || (theme === 'system' && dark.matches));
    for (const button of all('[data-theme]')) {
      const is = String(button.dataset.theme === theme);
      if (button.getAttribute('aria-checked') !== is) button.setAttribute('aria-checked', is);
      button.tabIndex = button.dataset.theme === theme ? 0 : -1;
    }
  };
  const choose = (theme) => {
    try { localStorage.setItem(KEY, theme); } catch { /* a browser that keeps nothing: for this page alone */ }
    paint();
  };
  dark.addEventListener('change', paint);
  watch('#settings-personal', paint);
  paint();
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-theme]');
    if (button) choose(button.dataset.theme);
  });
  document.addEventListener('keydown', (event) => {
    const button = event.target.closest?.('[role=radio][data-theme]');
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!button || !way) return;
    event.preventDefault();
    const buttons = all('[data-theme]', button.parentElement);
    const next = buttons[(buttons.indexOf(button) + way + buttons.length) % buttons.length];
    choose(next.dataset.theme);
    next.focus();
  });

  // --- tests of models: the button is busy until the sentence is there ---------------------------------------
  const busy = (button, is) => {
    if (is) button.setAttribute('aria-busy', 'true'); else button.removeAttribute('aria-busy');
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-send]');
    if (!button || button.getAttribute('aria-busy') === 'true') return;
    const lasts = ['trial', 'draw'].includes(button.dataset.send);
    if (lasts) {
      const slot = find(`[data-result=${button.dataset.what}]`);
      slot.textContent = button.closest('[data-testing]').dataset.testing;
      slot.className = 'result';
    }
    setTimeout(() => busy(button, true)); // after the part's own listener, which sends the event
    setTimeout(() => busy(button, false), lasts ? 310000 : 4000);
  });
  // Gradio draws its waiting marks into a part, too: a result has come when its stamp is a new one.
  const arrived = (selector, act) => {
    let last;
    watch(selector, () => {
      const stamp = find(`${selector} [data-stamp]`)?.dataset.stamp;
      if (!stamp || stamp === last) return;
      last = stamp;
      act();
    });
  };
  arrived('#closer-drawn', () => {
    for (const slot of all('[data-result=draw]')) slot.textContent = '';
    for (const button of all('[data-send=draw]')) busy(button, false);
  });
  arrived('#settings-trial', () => {
    for (const said of all('#settings-trial [data-of]')) {
      const slot = find(`[data-result="${CSS.escape(said.dataset.of)}"]`);
      if (!slot) continue;
      slot.textContent = said.textContent;
      slot.className = `result ${said.className}`;
    }
    for (const button of all('[data-send=trial]')) busy(button, false);
  });
}
