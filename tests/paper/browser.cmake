# The committed page in a browser, on a phone and on a desk: nothing is wider than the window, no link is dead, every row has what
# the paper says, no figure is empty.
#
#     -D BROWSER=<chromium>
include("${CMAKE_CURRENT_LIST_DIR}/../example/support/program.cmake")
cmake_path(SET report NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../docs/report")
if(NOT BROWSER)
    message(FATAL_ERROR "-D BROWSER=... is missing")
endif()

# Said by the page itself, in a frame of the width in question: a window of less than 500 pixels is not to be had.
set(asked [=[
<script>
addEventListener('load', () => {
  const said = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) {
    const guilty = [...document.querySelectorAll('body *')].filter(e => !e.closest('.wide') && !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1);
    said.push('wider than the window by ' + wide + ': ' + guilty.slice(0, 3).map(e => e.tagName + ' ' + e.textContent.slice(0, 40)).join(', '));
  }
  for (const link of document.querySelectorAll('a')) {
    const to = link.getAttribute('href');
    if (to.startsWith('#') ? !document.getElementById(to.slice(1)) : !to.startsWith('https://')) said.push('dead link ' + to);
  }
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) said.push('two places are called ' + id);
  const rows = [...document.querySelectorAll('.claims tbody tr:not(.part)')];
  if (rows.length < 40) said.push('only ' + rows.length + ' rows');
  for (const row of rows) {
    const cells = [...row.children].map(e => e.textContent.trim());
    if (cells.length !== 6 || cells.some(text => text === '') || !cells[2]) said.push('a row without a cell: ' + cells.join(' | '));
    if (!row.querySelector('.verdict')) said.push('a row without a verdict: ' + cells[1]);
  }
  const figures = [...document.querySelectorAll('figure')];
  if (figures.length < 20) said.push('only ' + figures.length + ' figures');
  for (const figure of figures) {
    const svg = figure.querySelector('svg');
    const box = svg && svg.getBBox();
    const drawn = svg ? svg.querySelectorAll('path,rect,circle,line,polyline,polygon').length : 0;
    if (!svg || !(box.width > 100 && box.height > 100) || drawn < 5 || !svg.querySelector('text')) said.push('an empty figure ' + figure.id);
    if (svg && svg.getBoundingClientRect().width < 250) said.push('a tiny figure ' + figure.id);
    // On a narrow screen all of a figure is seen at first; enlarged, it is wider, and the page is not.
    const enlarge = figure.querySelector('label');
    if ((enlarge && enlarge.offsetWidth > 0) !== (innerWidth < 700)) said.push('enlarge is wrong in ' + figure.id);
    if (svg && innerWidth < 700) {
      if (svg.getBoundingClientRect().right > innerWidth) said.push('a figure is cut: ' + figure.id);
      enlarge.click();
      if (!(svg.getBoundingClientRect().width > innerWidth)) said.push('it does not grow: ' + figure.id);
      if (document.documentElement.scrollWidth > innerWidth) said.push('it makes the page wide: ' + figure.id);
      enlarge.click();
    }
    for (const text of svg ? svg.querySelectorAll('text') : []) {
      const of = text.getBoundingClientRect(), whole = svg.getBoundingClientRect();
      if (of.right > whole.right + 2 || of.left < whole.left - 2) said.push('a text is cut in ' + figure.id + ': ' + text.textContent);
    }
  }
  const style = getComputedStyle(document.body);
  parent.postMessage(JSON.stringify({width: innerWidth, paper: style.backgroundColor, ink: style.color, said: said}), '*');
});
</script>
]=])
set(listens [=[
<pre id="answers"></pre>
<script>
addEventListener('message', e => { document.getElementById('answers').textContent += e.data + '\n'; });
</script>
]=])

file(READ "${report}/index.html" page)
foreach(text page asked)
    string(REPLACE "&" "&amp;" ${text} "${${text}}")
    string(REPLACE "\"" "&quot;" ${text} "${${text}}")
endforeach()
string(REPLACE "</body>" "${asked}</body>" page "${page}")
file(WRITE "${WORK}/frames.html" "<!DOCTYPE html><meta charset=\"utf-8\">${listens}")
foreach(width 360 1200)
    file(APPEND "${WORK}/frames.html" "<iframe width=\"${width}\" height=\"900\" style=\"border:0\" srcdoc=\"${page}\"></iframe>\n")
endforeach()

foreach(scheme light dark)
    set(prefers 1)
    if(scheme STREQUAL "dark")
        set(prefers 0)
    endif()
    # A page loads before the budget of virtual time is spent.
    run("${BROWSER}" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "--user-data-dir=${WORK}/profile"
        --window-size=1300,1000 --blink-settings=preferredColorScheme=${prefers} --virtual-time-budget=20000 --dump-dom
        "file://${WORK}/frames.html")
    string(REGEX MATCH "<pre id=\"answers\">([^<]*)</pre>" found "${output}")
    set(answers "${CMAKE_MATCH_1}")
    foreach(width 360 1200)
        if(NOT answers MATCHES "{\"width\":${width},")
            message(SEND_ERROR "the page did not answer at a width of ${width}, ${scheme}: '${answers}' ${errors}")
        endif()
    endforeach()
    string(REGEX MATCHALL "\"said\":\\[\\]" silent "${answers}")
    list(LENGTH silent count)
    if(NOT count EQUAL 2)
        message(SEND_ERROR "the page, ${scheme}: ${answers}")
    endif()
    string(REGEX MATCH "\"paper\":\"[^\"]*\"" paper_${scheme} "${answers}")
endforeach()
if("${paper_light}" STREQUAL "${paper_dark}")
    message(SEND_ERROR "the page should be dark where the reader prefers it: ${paper_light}, ${paper_dark}")
endif()
