// The chat's own tools in the browser: the menus of conversations, names, editing a question, saving a file,
// the way back after a deletion, and the keyboard. What is written by hand goes to the server in data-*.
() => {
  const root = document.getElementById('top').parentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const find = (selector, within = document) => within.querySelector(selector);
  const growing = () => Boolean(find('#box .stop-button'));
  const box = () => find('#box textarea');
  const seek = () => find('#seek');

  // --- the menu of a conversation ------------------------------------------------------------------------
  const equip = (row) => { // with the menu and the name's box, which the list has but once
    if (find('.naming', row)) return;
    const tools = find('#conversations template').content.cloneNode(true);
    const { dataset, title } = find('.open', row);
    for (const button of all('[data-id]', tools)) button.dataset.id = dataset.id;
    find('input', tools).defaultValue = title;
    find('.more', row).append(find('[role=menu]', tools));
    row.append(tools);
  };
  const closeMenus = (but) => {
    for (const button of all('[data-menu][aria-expanded=true]'))
      if (button !== but) {
        button.setAttribute('aria-expanded', 'false');
        button.nextElementSibling.hidden = true;
      }
  };
  const openMenu = (button) => {
    equip(button.closest('li'));
    const menu = button.nextElementSibling;
    const open = button.getAttribute('aria-expanded') !== 'true';
    closeMenus(button);
    button.setAttribute('aria-expanded', open);
    menu.hidden = !open;
    if (!open) return;
    // The list scrolls and would cut a menu off, so it is placed in the window; a drawer is moved by transform.
    const at = button.getBoundingClientRect();
    const from = button.closest('#left').getBoundingClientRect();
    const moved = getComputedStyle(button.closest('#left')).transform !== 'none';
    const below = at.bottom + menu.offsetHeight + 8 < innerHeight;
    menu.style.top = `${(below ? at.bottom + 4 : at.top - menu.offsetHeight - 4) - (moved ? from.top : 0)}px`;
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - menu.offsetWidth - 8)) - (moved ? from.left : 0)}px`;
    find('[role=menuitem]', menu).focus();
  };
  const move = (list, by) => {
    const at = list.indexOf(document.activeElement);
    list[(at + by + list.length) % list.length]?.focus();
  };

  // --- the name of a conversation -------------------------------------------------------------------------
  const rename = (row) => {
    closeMenus();
    equip(row);
    const naming = find('.naming', row);
    naming.hidden = false;
    const name = find('input', naming);
    name.focus();
    name.select();
  };
  const unname = (naming) => {
    naming.hidden = true;
    const name = find('input', naming);
    name.value = name.defaultValue;
    find('.open', naming.closest('li')).focus();
  };

  // --- editing a question ----------------------------------------------------------------------------------
  const edit = (turn) => {
    const question = find('.question', turn);
    const form = question && find('.edit', question);
    if (!form || growing()) return;
    for (const part of question.children) part.hidden = part !== form;
    const area = find('textarea', form);
    area.value = area.defaultValue;
    area.style.height = `${Math.min(area.scrollHeight + 4, innerHeight * .4)}px`;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  };
  const leave = (form) => {
    for (const part of form.parentElement.children) part.hidden = part === form;
    find('[data-edit]', form.parentElement).focus();
  };

  // --- clicks: in the capture phase, so that data is there before the part's own listener sends it -----------
  document.addEventListener('click', (event) => {
    const at = (selector) => event.target.closest?.(selector);
    const button = at('button');
    if (!at('.more')) closeMenus();
    for (const naming of all('.naming:not([hidden])')) if (!naming.contains(event.target)) unname(naming);
    if (event.target.id === 'shortcuts') event.target.close(); // beside the dialog
    if (!button) return;
    const { dataset } = button;
    if (dataset.menu !== undefined) openMenu(button);
    else if (dataset.rename !== undefined) rename(button.closest('li'));
    else if (dataset.action === 'rename') {
      dataset.name = find('input', button.closest('.naming')).value;
      dataset.wanted = seek().value;
    }
    else if (dataset.edit !== undefined) edit(button.closest('.turn'));
    else if (dataset.leave !== undefined) leave(button.closest('.edit'));
    else if (dataset.action === 'branch') {
      dataset.question = find('textarea', button.closest('.edit')).value;
      if (growing() || !dataset.question.trim()) event.stopPropagation();
    } else if (dataset.action === 'delete' && button.closest('li.current') && growing()) find('#box .stop-button').click();
    else if (dataset.dismiss !== undefined) dismiss();
    else if (dataset.shortcuts !== undefined) help();
    else if (dataset.closeDialog !== undefined) button.closest('dialog').close();
    if (button.getAttribute('role') === 'menuitem') closeMenus();
  }, true);

  // --- a deletion can be undone for a while -------------------------------------------------------------------
  let offered = 0;
  const dismiss = () => { const offer = find('#undo .undo'); if (offer) offer.hidden = true; };
  const offer = () => {
    clearTimeout(offered);
    if (!find('#undo .undo')) return;
    if (document.activeElement === document.body) find('#undo [data-action]').focus({ preventScroll: true });
    const wait = () => {
      if (find('#undo :is(:hover, :focus-visible)')) offered = setTimeout(wait, 3000);
      else dismiss();
    };
    offered = setTimeout(wait, 12000);
  };
  new MutationObserver(offer).observe(find('#undo'), { childList: true, subtree: true });

  // --- saving a file --------------------------------------------------------------------------------------------
  const save = () => {
    const file = find('#download [data-file]');
    if (!file) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([file.textContent], { type: `${file.dataset.type};charset=utf-8` }));
    link.download = file.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    file.remove();
  };
  new MutationObserver(save).observe(find('#download'), { childList: true, subtree: true });

  // --- searching: a list that was drawn for another reason, or for words typed since, is searched again --------
  let typed = 0;
  const search = () => {
    const list = find('#conversations .conversations');
    if (!list || list.dataset.wanted === seek().value) return;
    const button = find('#start [data-action=find]');
    button.dataset.wanted = seek().value;
    button.click();
  };
  const searchSoon = () => { clearTimeout(typed); typed = setTimeout(search, 150); };
  document.addEventListener('input', (event) => { if (event.target === seek()) searchSoon(); });
  new MutationObserver(searchSoon).observe(find('#conversations'), { childList: true, subtree: true });

  // --- the keyboard ---------------------------------------------------------------------------------------------------
  const KEY = 'kilavuz.single-keys';
  const single = () => { try { return localStorage.getItem(KEY) !== 'off'; } catch { return true; } };
  document.addEventListener('change', (event) => {
    if (event.target.dataset?.singleKeys === undefined) return;
    try { localStorage.setItem(KEY, event.target.checked ? 'on' : 'off'); } catch { /* not kept, then */ }
  });
  const help = () => {
    const dialog = find('#shortcuts');
    find('[data-single-keys]', dialog).checked = single();
    if (!dialog.open) dialog.showModal();
  };
  const turns = () => all('#past .turn, #live .turn');
  const chosen = () => find('.turn.chosen') ?? turns().at(-1);
  const choose = (by) => {
    const list = turns();
    if (!list.length) return;
    const at = list.indexOf(find('.turn.chosen'));
    const next = list[Math.max(0, Math.min(list.length - 1, at < 0 ? list.length - 1 : at + by))];
    for (const turn of list) turn.classList.toggle('chosen', turn === next);
    next.scrollIntoView({ block: 'start', behavior: 'smooth' });
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
  };
  const press = (selector) => { const turn = chosen(); if (turn) find(selector, turn)?.click(); };
  const openSearch = () => { root.dataset.drawer = innerWidth <= 960 ? 'left' : root.dataset.drawer ?? ''; seek().focus(); seek().select(); };
  const keys = {
    '/': () => box()?.focus(),
    '?': help,
    n: () => find('[data-action=new]').click(),
    j: () => choose(1),
    k: () => choose(-1),
    s: () => press('[data-action=sources]'),
    c: () => press('[data-action=copy]'),
    r: () => press('.foot [data-action=ask]'),
    e: () => edit(chosen()),
  };
  const writes = (element) => element?.matches?.('input:not([type=checkbox]), textarea, select, [contenteditable=true]');

  const inMenu = (event, menu) => {
    const items = all('[role=menuitem]', menu);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) move(items, by);
    else if (event.key === 'Home') items[0].focus();
    else if (event.key === 'End') items.at(-1).focus();
    else if (event.key === 'Escape') { const button = menu.previousElementSibling; closeMenus(); button.focus(); }
    else { if (event.key === 'Tab') closeMenus(); return false; }
    return true;
  };
  const inNaming = (event, naming) => {
    if (event.key === 'Escape') unname(naming);
    else if (event.key === 'Enter' && event.target.matches('input')) find('[data-action=rename]', naming).click();
    else return false;
    return true;
  };
  const inEdit = (event, form) => {
    if (event.key === 'Escape') leave(form);
    else if (event.key === 'Enter' && !event.shiftKey && event.target.matches('textarea')) find('[data-action=branch]', form).click();
    else return false;
    return true;
  };
  const inList = (event) => {
    const rows = all('#conversations .open');
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'F2') rename(event.target.closest('li'));
    else if (by === -1 && document.activeElement === rows[0]) seek().focus();
    else if (by) move(rows, by);
    else return false;
    return true;
  };
  const inSearch = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') find('#conversations .open')?.focus();
    else if (event.key === 'Escape' && seek().value) {
      seek().value = '';
      search();
    } else return false;
    return true;
  };
  const anywhere = (event) => {
    const focused = document.activeElement;
    if (event.key === 'Escape' && growing()) find('#box .stop-button').click();
    else if (event.key === 'Escape' && writes(focused)) focused.blur();
    else if (event.key === 'ArrowUp' && focused === box() && !box().value) edit(turns().at(-1));
    else if (event.key === 'F2' && find('#conversations li.current')) rename(find('#conversations li.current'));
    else if (writes(focused) || !single() || event.altKey) return false;
    else if (/^[1-9]$/.test(event.key)) press(`.cite[data-cite="${event.key}"]`);
    else if (keys[event.key.toLowerCase()]) keys[event.key.toLowerCase()]();
    else return false;
    return true;
  };
  const handled = (event) => {
    const at = (selector) => event.target.closest?.(selector);
    if (event.isComposing || root.dataset.view !== 'chat') return false;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { openSearch(); return true; }
    if (event.ctrlKey || event.metaKey || find('dialog[open]')) return false;
    if (at('[role=menu]')) return inMenu(event, at('[role=menu]'));
    if (at('.naming')) return inNaming(event, at('.naming'));
    if (at('.edit')) return inEdit(event, at('.edit'));
    if (at('#conversations .open') && inList(event)) return true;
    if (at('#seek') && inSearch(event)) return true;
    return anywhere(event);
  };
  document.addEventListener('keydown', (event) => {
    if (!handled(event)) return;
    event.preventDefault();
    if (event.key !== 'Escape') event.stopPropagation(); // Escape closes drawers, too
  }, true);
}
