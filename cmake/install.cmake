# Installs the headers and a package for find_package(incontext).
# No file depends on the architecture, therefore share/ and not lib/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/incontext")

# The package finds the headers from where it is itself, also where CMAKE_INSTALL_INCLUDEDIR is an absolute path.
set(include_dir "${CMAKE_INSTALL_INCLUDEDIR}")
if(IS_ABSOLUTE "${include_dir}")
    file(RELATIVE_PATH include_dir "${CMAKE_INSTALL_PREFIX}" "${include_dir}")
endif()
if(include_dir STREQUAL "")
    set(include_dir ".")
endif()
install(TARGETS incontext EXPORT incontextTargets FILE_SET HEADERS DESTINATION "${include_dir}")
install(EXPORT incontextTargets NAMESPACE incontext:: DESTINATION "${package_dir}")
# For a project around this one that exports targets of its build tree.
export(EXPORT incontextTargets NAMESPACE incontext:: FILE "${PROJECT_BINARY_DIR}/incontextTargets.cmake")

configure_package_config_file(cmake/incontextConfig.cmake.in "${PROJECT_BINARY_DIR}/incontextConfig.cmake"
    INSTALL_DESTINATION "${package_dir}")
configure_file(cmake/incontextConfigVersion.cmake.in "${PROJECT_BINARY_DIR}/incontextConfigVersion.cmake" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/incontextConfig.cmake" "${PROJECT_BINARY_DIR}/incontextConfigVersion.cmake"
    DESTINATION "${package_dir}")
# Around us CMAKE_INSTALL_DOCDIR is the other project's, share/doc/<its name>, where its own LICENSE stands.
set(doc_dir "${CMAKE_INSTALL_DATAROOTDIR}/doc/incontext")
if(PROJECT_IS_TOP_LEVEL)
    set(doc_dir "${CMAKE_INSTALL_DOCDIR}")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${doc_dir}")

# For build systems other than CMake: pkg-config --cflags incontext.
set(pkg_config_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")
file(RELATIVE_PATH PREFIX_FROM_PC "/${pkg_config_dir}" "/")
if(IS_ABSOLUTE "${CMAKE_INSTALL_DATADIR}")
    set(PREFIX_IN_PC "${CMAKE_INSTALL_PREFIX}")
else()
    set(PREFIX_IN_PC "\${pcfiledir}/${PREFIX_FROM_PC}")
endif()
set(INCLUDES_FROM_PC "\${prefix}/${include_dir}")
configure_file(cmake/incontext.pc.in "${PROJECT_BINARY_DIR}/incontext.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/incontext.pc" DESTINATION "${pkg_config_dir}")

# The library as single headers, made when it is installed: nothing of it has to be built.
set(single_headers "${PROJECT_BINARY_DIR}/single_headers")
set(make_single_headers "${CMAKE_COMMAND}" -D "SOURCE=${PROJECT_SOURCE_DIR}/include" -D "OUTPUT=${single_headers}"
    -P "${PROJECT_SOURCE_DIR}/cmake/single_headers.cmake")
list(JOIN make_single_headers "\" \"" command)
install(CODE "execute_process(COMMAND \"${command}\" COMMAND_ERROR_IS_FATAL ANY)")
install(FILES "${single_headers}/incontext_theorem.hpp" "${single_headers}/incontext_single.hpp"
    DESTINATION "${include_dir}")
if(PROJECT_IS_TOP_LEVEL)
    # What `uninstall` removes. CMake's own list, install_manifest.txt, does not say DESTDIR, and cpack writes over it.
    set(installed_files "${PROJECT_BINARY_DIR}/installed_files.txt")
    install(CODE "set(list_of_installed_files \"${installed_files}\")")
    install(SCRIPT cmake/installed_files.cmake)
    add_custom_target(uninstall
        COMMAND "${CMAKE_COMMAND}" -D "MANIFEST=${installed_files}" -P "${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake"
        VERBATIM)
    include(cmake/package.cmake)
    add_custom_target(single_headers COMMAND ${make_single_headers}
        COMMENT "Writing incontext_theorem.hpp and incontext_single.hpp to ${single_headers}" VERBATIM)
endif()
