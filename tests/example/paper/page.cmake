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
if(page MATCHES "<script" OR page MATCHES "(src|href)=\"[^#h\"]")
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

# Without results there is a page, too: every row is there, and none has been run.
expect_success(--page --out nothing)
expect_output("0 hold here, 0 differ")
