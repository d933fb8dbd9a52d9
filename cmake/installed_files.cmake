# Runs at the end of an installation: writes to list_of_installed_files where all of it was put, for uninstall.cmake.
#
#     DESTDIR=<a whole path, or nothing>
#     <prefix>/include/incontext/incontext.hpp
#     ...
#
# Neither of a component alone nor of cpack, which installs to a directory of its own, by the prefix or by DESTDIR.
set(destdir "$ENV{DESTDIR}")
if(NOT destdir STREQUAL "")
    get_filename_component(destdir "${destdir}" ABSOLUTE)  # from where this runs, as for the files
endif()
if(NOT CMAKE_INSTALL_COMPONENT AND NOT "${destdir}${CMAKE_INSTALL_PREFIX}/" MATCHES "/_CPack_Packages/")
    string(REPLACE ";" "\n" files "${CMAKE_INSTALL_MANIFEST_FILES}")
    file(WRITE "${list_of_installed_files}" "DESTDIR=${destdir}\n${files}\n")
endif()
