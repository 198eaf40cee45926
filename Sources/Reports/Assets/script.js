// The one script of the pages: it copies listings and searches the book. Every page is whole without it.
for (const box of document.querySelectorAll('.code')) {
  const button = document.createElement('button');
  const code = box.querySelector('code').textContent;
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    let done = true;
    try { await navigator.clipboard.writeText(code); } catch {
      getSelection().selectAllChildren(box.querySelector('code'));
      done = document.execCommand('copy');
    }
    button.textContent = done ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  box.append(button);
}

const form = document.querySelector('form.search');
if (form) {
  const field = form.querySelector('input'), said = form.querySelector('output');
  const fold = text => text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  const entries = [...document.querySelectorAll('.entry')].map(item => {
    const text = item.querySelector('.text');
    return { item, snippet: item.querySelector('.snippet'), plain: text.textContent, folded: fold(item.firstChild.textContent + ' ' + text.textContent) };
  });
  // Whole words around a place; code is marked in the text, not in what is shown of it.
  const piece = (text, place) => {
    let start = Math.max(0, place - 60), end = Math.min(text.length, place + 120);
    if (start > 0) start = Math.min(place, text.indexOf(' ', start) + 1);
    if (text.length > end) end = Math.max(place + 1, text.lastIndexOf(' ', end));
    return (start > 0 ? '… ' : '') + text.slice(start, end).replace(/`/g, '').trim() + (text.length > end ? ' …' : '');
  };
  const search = () => {
    const words = fold(field.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const entry of entries) {
      const isFound = words.every(word => entry.folded.includes(word));
      entry.item.hidden = !isFound || (!words.length && entry.item.classList.contains('opening'));
      count += isFound;
      const place = words.length ? fold(entry.plain).indexOf(words[0]) : -1;
      entry.snippet.hidden = !isFound || place === -1;
      if (place >= 0) entry.snippet.textContent = piece(entry.plain, place);
    }
    for (const group of document.querySelectorAll('.entries')) group.hidden = words.length > 0 && !group.querySelector('.entry:not([hidden])');
    said.textContent = words.length ? (count === 1 ? '1 place' : count + ' places') : '';
  };
  form.hidden = false;
  form.addEventListener('submit', event => event.preventDefault());
  field.addEventListener('input', search);
  if (location.hash.endsWith('_search')) field.focus();
}
// Escape closes a preview that pointer or focus has opened, until either moves.
for (const type of ['pointerover', 'focusin']) document.addEventListener(type, () => document.body.classList.remove('quiet'));
document.addEventListener('keydown', event => {
  if (event.key === 'Escape') document.body.classList.add('quiet');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  event.preventDefault();
  if (form) form.querySelector('input').focus(); else document.querySelector('a.to-search').click();
});
