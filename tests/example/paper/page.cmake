# The committed page is the one that the committed results make, byte for byte; and nothing on it is missing.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")
cmake_path(SET report NORMALIZE "${CMAKE_CURRENT_LIST_DIR}/../../../docs/report")

file(COPY "${report}" DESTINATION "${WORK}")
expect_success(--page --full --out report --quiet)
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/report/index.html" "${report}/index.html"
    RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
if(differs)
    message(SEND_ERROR "docs/report/index.html is not the page of docs/report/full: build/release/examples/reproduce/paper --page "
        "--full --out docs/report writes it")
endif()
file(SIZE "${report}/index.html" size)
if(size GREATER 5000000)
    message(SEND_ERROR "the page should have less than 5 MB, and has ${size} bytes")
endif()
file(READ "${report}/index.html" page)
# A link leads to a place on the page, or is that of an <a> to another site; nothing is loaded.
string(REGEX REPLACE " href=\"#[^\"]*\"|<a href=\"https://[^\"]*\"" "" without_links "${page}")
if(without_links MATCHES "<script|src *=|href *=|url *\\([^#]|@import")
    message(SEND_ERROR "the page should need no script and no other file")
endif()

# A report can be copied, and the copy makes the same page.
expect_success(--page --full --out report --report copy --quiet)
expect_success(--page --full --out copy --quiet)
execute_process(COMMAND "${CMAKE_COMMAND}" -E compare_files "${WORK}/copy/index.html" "${WORK}/report/index.html"
    RESULT_VARIABLE differs OUTPUT_QUIET ERROR_QUIET)
if(differs)
    message(SEND_ERROR "a copied report should make the same page")
endif()

# Where a program has evaluated what another build has trained, the page says by which; else it says nothing of it.
if(page MATCHES "trained by other builds")
    message(SEND_ERROR "the page should not speak of other builds, where all was trained by the build that evaluated it")
endif()
file(COPY "${report}/full" DESTINATION "${WORK}/builds")
file(READ "${report}/full/sine/run.json" run)
string(REPLACE "\"parameters\": {" "\"trained_by\": [\"version 0, of <elsewhere>\"],\n    \"parameters\": {" run "${run}")
file(WRITE "${WORK}/builds/full/sine/run.json" "${run}")
expect_success(--page --full --out builds --quiet)
file(READ "${WORK}/builds/index.html" of_builds)
if(NOT of_builds MATCHES "<th>trained by other builds</th><td>sine by version 0, of &lt;elsewhere&gt;</td>")
    message(SEND_ERROR "the page should say by which build sine was trained")
endif()

# Of a quick run it does not say what is known of the full one as if it were its own.
file(COPY "${report}/full/late_generalisation" DESTINATION "${WORK}/short/quick")
file(READ "${report}/full/late_generalisation.json" state)
string(REPLACE "\"arguments\": []" "\"arguments\": [\"--quick\"]" state "${state}")
string(REPLACE "\"quick\": false" "\"quick\": true" state "${state}")
file(WRITE "${WORK}/short/quick/late_generalisation.json" "${state}")
file(READ "${WORK}/short/quick/late_generalisation/run.json" run)
string(REPLACE "\"quick\": false" "\"quick\": true" run "${run}")
file(WRITE "${WORK}/short/quick/late_generalisation/run.json" "${run}")
expect_success(--page --out short)
expect_output("0 hold here, 1 differ")
file(READ "${WORK}/short/index.html" page)
set(sentence "A quick run: shorter than the paper&#39;s. What is known of the full run: The paper tells neither")
string(FIND "${page}" "${sentence}" place)
if(place EQUAL -1)
    message(SEND_ERROR "the page should say '${sentence}'")
endif()

# Without results there is a page, too: every row is there, and none has been run.
expect_success(--page --out nothing)
expect_output("0 hold here, 0 differ")
