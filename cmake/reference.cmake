# The reference of the public declarations, where Doxygen is installed: the target `reference`.
find_program(INCONTEXT_DOXYGEN doxygen)
mark_as_advanced(INCONTEXT_DOXYGEN)
if(INCONTEXT_DOXYGEN)
    set(reference_directory "${PROJECT_BINARY_DIR}/reference")
    configure_file("${PROJECT_SOURCE_DIR}/docs/reference/Doxyfile.in" "${PROJECT_BINARY_DIR}/Doxyfile" @ONLY)
    set(make_reference "${CMAKE_COMMAND}" -D "DOXYGEN=${INCONTEXT_DOXYGEN}" -D "DOXYFILE=${PROJECT_BINARY_DIR}/Doxyfile"
        -D "OUTPUT=${reference_directory}")
    set(check_reference "${PROJECT_SOURCE_DIR}/docs/reference/check.cmake")
    add_custom_target(reference COMMAND ${make_reference} -P "${check_reference}" VERBATIM)
else()
    incontext_unavailable(reference "the reference is skipped: it needs Doxygen: apt-get install doxygen")
endif()
