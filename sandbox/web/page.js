'use strict';
// The page works by plain forms; this script adds live refresh, toasts, replies and edits, and Enter to send.
(() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body;
  const person = body.dataset.person, chat = body.dataset.chat;
  document.documentElement.classList.add('js');

  const text = (key) => $('texts').querySelector(`[data-key="${key}"]`)?.textContent ?? key;
  let toastTimer = 0;
  function toast(words) {
    $('toast').textContent = words;
    $('toast').classList.add('on');
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => $('toast').classList.remove('on'), 4000);
  }
  function tell(result) {
    if (!result) return;
    if (result.silent) toast(text('silent'));
    if (result.alert && result.text) {
      $('alert').querySelector('p').textContent = result.text;
      $('alert').showModal();
    } else if (result.text) toast(result.text);
    if (result.url && !deepLink(result.url)) window.open(result.url, '_blank', 'noopener');
  }

  // Refresh: one request at a time; a change during it asks for another.
  const thread = $('thread');
  const atEnd = () => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 120;
  const toEnd = () => { if (thread) thread.scrollTop = thread.scrollHeight; };
  let busy = false, again = false;
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const chosen = body.classList.contains('in-chat');
      const answer = await fetch(`/view?p=${person}&c=${chosen || innerWidth > 720 ? chat : ''}`, { cache: 'no-store' });
      if (answer.ok) show(await answer.json());
    } catch { /* the event stream tells when the server is gone */ }
    busy = false;
    if (again) { again = false; refresh(); }
  }
  const last = {};
  function show(parts) {
    for (const name of ['people', 'head', 'thread', 'extras']) {
      const place = $(name);
      if (!place || last[name] === parts[name]) continue;
      const open = place.querySelector('details[open]');
      if (open && name !== 'thread' && name !== 'people') continue; // somebody is in a menu
      const stick = name === 'thread' && (atEnd() || last.thread === undefined);
      const top = place.scrollTop;
      last[name] = parts[name];
      place.innerHTML = parts[name]; // made by the server's template, which escapes what people and the bot wrote
      if (name === 'thread') stick ? toEnd() : (place.scrollTop = top);
      if (name === 'people') filter();
    }
    if (parts.now) setClock(parts.now);
    document.title = (parts.unread ? `(${parts.unread}) ` : '') + body.dataset.title;
  }

  // Actions: forms marked data-act or data-press, the composer and the clock go out by fetch.
  async function send(form, submitter) {
    const data = new FormData(form, submitter);
    submitter?.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: data, headers: { Accept: 'application/json' } });
      const said = await answer.json();
      if (said.error) { toast(text(said.error)); return false; }
      tell(said.result);
      return said;
    } catch {
      toast(text('offline'));
      return false;
    } finally {
      submitter?.removeAttribute('aria-busy');
      refresh();
    }
  }
  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.method === 'dialog') return;
    event.preventDefault();
    const said = await send(form, event.submitter);
    if (!said) return;
    form.closest('details')?.removeAttribute('open');
    form.closest('dialog')?.close();
    if (form.id === 'composer') clearComposer();
    if (form.id === 'clock-form') $('to').value = '';
    if (said.go && said.go !== `/?p=${person}&c=${chat}`) location.assign(said.go);
  });

  // Composer.
  const composer = $('composer'), input = $('text'), files = $('files');
  function clearComposer() {
    composer.reset();
    composer.elements.reply.value = composer.elements.edit.value = '';
    $('about').hidden = $('picked').hidden = true;
    grow();
  }
  function grow() {
    input.style.height = 'auto';
    input.style.height = Math.min(input.scrollHeight + 2, 144) + 'px';
  }
  function about(words) {
    $('about').hidden = false;
    $('about').querySelector('span').textContent = words;
    input.focus();
  }
  function picked() {
    $('picked').hidden = !files.files.length;
    $('picked').querySelector('span').textContent = `${files.files.length} ${text('files')}: ` + [...files.files].map((f) => f.name).join(', ');
  }
  if (composer) {
    input.addEventListener('input', grow);
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        if (input.value.trim() || files.files.length) composer.requestSubmit();
      }
      if (event.key === 'Escape') clearComposer();
    });
    input.addEventListener('paste', (event) => {
      if (event.clipboardData.files.length) { files.files = event.clipboardData.files; picked(); }
    });
    files.addEventListener('change', picked);
    $('about-off').addEventListener('click', clearComposer);
    $('picked-off').addEventListener('click', () => { files.value = ''; picked(); });
  }

  // Links: t.me links to this bot open here, as somebody; commands in a text are said.
  function deepLink(href) {
    let url;
    try { url = new URL(href, location.href); } catch { return false; }
    if (!['t.me', 'telegram.me'].includes(url.hostname)) return false;
    if (url.pathname.replaceAll('/', '').toLowerCase() !== body.dataset.bot.toLowerCase()) return false;
    const code = url.searchParams.get('start') ?? '';
    const dialog = $('open-link');
    dialog.querySelector('[name=code]').value = code;
    dialog.querySelector('.code').textContent = '/start ' + code;
    dialog.showModal();
    return true;
  }
  async function say(words) {
    const data = new FormData();
    for (const [key, value] of Object.entries({ p: person, c: chat, text: words })) data.set(key, value);
    await fetch('/say', { method: 'POST', body: data, headers: { Accept: 'application/json' } });
    refresh();
  }
  document.addEventListener('click', (event) => {
    const on = event.target.closest('a, button');
    if (!on) return;
    const d = on.dataset;
    if (on.matches('a[href]') && deepLink(on.getAttribute('href'))) event.preventDefault();
    else if (d.say) { event.preventDefault(); say(d.say); }
    else if (d.reply) { composer.elements.edit.value = ''; composer.elements.reply.value = d.reply; about(`${text('replying')} ${d.name}: ${d.quote}`); }
    else if (d.edit) { composer.elements.reply.value = ''; composer.elements.edit.value = d.edit; input.value = d.quote; grow(); about(`${text('editing')} ${d.quote}`); }
    else if (d.delete) {
      const data = new FormData();
      for (const [key, value] of Object.entries({ p: person, c: chat, m: d.delete })) data.set(key, value);
      fetch('/delete', { method: 'POST', body: data, headers: { Accept: 'application/json' } }).then(refresh);
    }
    else if (d.dialog) $(d.dialog).showModal();
    else if ('close' in d) on.closest('dialog').close();
  });

  // People list.
  function filter() {
    const plain = (words) => words.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase();
    const want = plain($('find').value.trim());
    for (const li of document.querySelectorAll('[data-find]')) li.hidden = want !== '' && !plain(li.dataset.find).includes(want);
    for (const note of document.querySelectorAll('.note')) note.hidden = !note.querySelector('[data-find]:not([hidden])');
  }
  $('find').addEventListener('input', filter);

  // Clock: runs on between refreshes.
  let base = 0, since = 0;
  function setClock(ms) { base = ms; since = performance.now(); tick(); }
  function tick() {
    if (!base) return;
    const t = new Date(base + performance.now() - since + 7 * 3600e3); // shown as UTC+7
    const two = (n) => String(n).padStart(2, '0');
    $('now').textContent = `${text('days').split('|')[t.getUTCDay()]} ${two(t.getUTCDate())}/${two(t.getUTCMonth() + 1)}/${t.getUTCFullYear()} ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
  }
  if ($('now')) {
    setClock(Number($('now').dataset.ms));
    setInterval(tick, 1000);
    $('clock-toggle').addEventListener('click', () => {
      const open = document.querySelector('.clock').classList.toggle('open');
      $('clock-toggle').setAttribute('aria-expanded', open);
    });
  }

  toEnd();
  addEventListener('load', toEnd);
  if ($('texts').dataset.err) toast(text($('texts').dataset.err));
  const stream = new EventSource('/events');
  stream.onmessage = refresh;
  stream.onerror = () => toast(text('offline'));
})();
