// The one script of the pages: it copies listings, makes PNG of drawings and searches the book. Every page is whole without it.
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

// A drawing as one picture, with its legend: the panels that are shown, in the light colours whatever the page has.
const paint = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-linejoin', 'stroke-linecap', 'font-weight', 'unicode-bidi'];
const drawn = (name, attributes, ...content) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  element.append(...content);
  return element;
};
const placed = (picture, attributes) => {
  const copy = picture.cloneNode(true);
  for (const key in attributes) copy.setAttribute(key, attributes[key]);
  return copy;
};
const whole = figure => {
  const plots = [...figure.querySelectorAll('.plot')].filter(plot => plot.getClientRects().length);
  const boxes = plots.map(plot => plot.viewBox.baseVal), columns = Math.min(2, plots.length);
  const width = Math.max(...boxes.map(box => box.width)), height = Math.max(...boxes.map(box => box.height));
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '12px sans-serif';
  const parts = [];
  let x = 8, y = 0;
  for (const item of figure.querySelectorAll('.legend li, .tile-legend')) {
    const key = item.querySelector('svg'), size = key.viewBox.baseVal.width > 28 ? 108 : 28, label = item.querySelector('bdi');
    const rest = [...item.childNodes].filter(node => node.nodeType === 3 && node.data.trim()).map(node => node.data.trim()).join(' to ');
    const text = [label && label.textContent, rest].filter(Boolean).join(' ') || item.textContent.trim();
    const length = size + 20 + pen.measureText(text).width;
    if (x > 8 && x + length > columns * width) { x = 8; y += 20; }
    parts.push(placed(key, { x, y: y + 5, width: size, height: 14 }), drawn('text', { x: x + size + 6, y: y + 16 }, text));
    x += length;
  }
  const top = parts.length ? y + 24 : 0;
  plots.forEach((plot, index) => parts.push(placed(plot, { x: index % columns * width, y: top + Math.floor(index / columns) * height, width: boxes[index].width, height: boxes[index].height, overflow: 'visible' })));
  const size = [columns * width, top + Math.ceil(plots.length / columns) * height];
  const picture = drawn('svg', { class: 'plot', viewBox: `0 0 ${size[0]} ${size[1]}`, width: size[0], height: size[1], 'font-family': 'sans-serif' }, ...parts);
  const room = document.createElement('div');
  room.className = 'chart light';
  room.style.cssText = 'position:absolute;visibility:hidden;width:1px;height:1px;overflow:hidden';
  room.append(picture);
  document.body.append(room);
  for (const element of picture.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    for (const name of paint) element.setAttribute(name, style.getPropertyValue(name));
    if (element.tagName === 'text') element.setAttribute('font-size', element.classList.contains('tile') ? 11 : 12);
  }
  room.remove();
  picture.prepend(drawn('rect', { width: size[0], height: size[1], fill: '#fff' }));
  return { size, address: 'data:image/svg+xml,' + encodeURIComponent(new XMLSerializer().serializeToString(picture)) };
};
const save = (address, name) => Object.assign(document.createElement('a'), { href: address, download: name }).click();
for (const figure of document.querySelectorAll('figure')) {
  const list = figure.querySelector('.downloads');
  if (!list || !figure.querySelector('.plot')) continue;
  const file = list.querySelector('a[href$=".svg"]');
  const name = file ? file.getAttribute('href').split('/').pop().slice(0, -4) : figure.id.split('--').pop();
  const label = figure.querySelector('.label').textContent;
  const scale = 3;
  const add = (format, make) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = format;
    button.setAttribute('aria-label', label + ' as ' + format);
    button.addEventListener('click', make);
    list.append(' ', button);
  };
  // The one file of a whole book has no files beside it.
  if (!file) add('SVG', () => save(whole(figure).address, name + '.svg'));
  add('PNG', async () => {
    const { size, address } = whole(figure), image = new Image(...size);
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = size.map(length => Math.round(scale * length));
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise(done => canvas.toBlob(done, 'image/png'));
    save(URL.createObjectURL(blob), name + '.png');
  });
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
