# The command that checks a source file against the library without writing anything: ${syntax_check} FILE.
#
# The options stand in a file, for every compiler alike, so that a failing test can be repeated by hand:
#
#     g++ @build/release/tests/common.flags -fsyntax-only FILE

# -isystem <dir> for the headers of a package; the directory that compilers search anyway must keep its place.
function(system_includes out target)
    set(directories "$<FILTER:$<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>,EXCLUDE,^/usr/include/?$>")
    set(${out} "$<$<BOOL:${directories}>:-isystem\n\"$<JOIN:${directories},\"\n-isystem\n\">\"\n>" PARENT_SCOPE)
endfunction()

system_includes(eigen_includes Eigen3::Eigen)
system_includes(boost_includes Boost::headers)
list(JOIN INCONTEXT_WARNINGS "\n" warnings)

set(common_flags "${CMAKE_CURRENT_BINARY_DIR}/common.flags")
file(GENERATE OUTPUT "${common_flags}" CONTENT
    "-std=c++20\n${warnings}\n-Werror\n-I\"${PROJECT_SOURCE_DIR}/include\"\n${eigen_includes}${boost_includes}")

separate_arguments(build_flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
set(compiler "${CMAKE_CXX_COMPILER}" ${build_flags} "@${common_flags}")
set(syntax_check ${compiler} -fsyntax-only)
