# Installs the headers and a package for find_package(incontext).
# No file depends on the architecture, therefore share/ and not lib/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/incontext")

install(TARGETS incontext EXPORT incontextTargets FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT incontextTargets NAMESPACE incontext:: DESTINATION "${package_dir}")

configure_package_config_file(cmake/incontextConfig.cmake.in "${PROJECT_BINARY_DIR}/incontextConfig.cmake"
    INSTALL_DESTINATION "${package_dir}")
configure_file(cmake/incontextConfigVersion.cmake.in "${PROJECT_BINARY_DIR}/incontextConfigVersion.cmake" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/incontextConfig.cmake" "${PROJECT_BINARY_DIR}/incontextConfigVersion.cmake"
    DESTINATION "${package_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
