# A wrong command line and each kind of wrong table cost one sentence, with line and column, and nothing is written.
include("${CMAKE_CURRENT_LIST_DIR}/../support/program.cmake")

expect_refusal("--target is missing: the column to predict" some.csv)
expect_refusal("--past" --past 17)
expect_refusal("--held-out" --held-out 0)
expect_refusal("'--step'" --step 5)

# What is said of a table is not passed over where there is none; --past 0 is what it says, and leaves sunspots no input.
foreach(option --target --inputs --along)
    expect_refusal("--target, --inputs and --along are of a table of yours, and its FILE is missing" ${option} YEAR)
endforeach()
expect_refusal("--target, --inputs and --along are of a table of yours" --target YEAR --inputs SUNACTIVITY)
expect_refusal("there are 0 inputs, and must be 1 to 16" --past 0)
expect_files("")

# expect_failure(SENTENCE_SAYS TABLE OPTION...): this table is refused.
function(expect_failure says table)
    file(WRITE "${WORK}/table.csv" "${table}")
    run("${PROGRAM}" table.csv --target y --out out ${ARGN})
    expect_exit_code(1)
    expect_one_sentence("'table.csv', ${says}")
    expect_nothing_on(output)
    expect_files("" table.csv)
endfunction()

set(rows "1,5\n2,4\n3,6\n4,1\n5,2\n6,3\n")
expect_failure("line 1: the table is empty" "")
expect_failure("line 1: there are names of columns, and no row below them" "x,y\n")
expect_failure("line 1: no column has the name 'y'; there are 'x', 'z'" "x,z\n${rows}")
expect_failure("line 1, column 2: column 1 has the name 'y', too" "y,y\n${rows}")
expect_failure("line 8, column 2 ('y'): the value is missing" "x,y\n${rows}7,\n")
expect_failure("line 8, column 1 ('x'): the value is missing" "x,y\n${rows},7\n")
expect_failure("line 8, column 1 ('x'): 'seven' is no number" "x,y\r\n${rows}seven,7\r\n")
expect_failure("line 8, column 2 ('y'): 'nan' is not finite, or beyond the range of double" "x,y\n${rows}7,nan\n")
expect_failure("line 8, column 2 ('y'): '1e400' is not finite, or beyond the range of double" "x,y\n${rows}7,1e400\n")
expect_failure("line 8, column 2: the row has 1 field, and the first line 2" "x,y\n${rows}7\n")
expect_failure("line 8, column 3: the row has 3 fields, and the first line 2" "x,y\n${rows}7,8,9\n")
expect_failure("line 3: the line is empty" "x,y\n1,5\n\n${rows}")
expect_failure("line 8, column 1: the quote that begins here is not closed" "x,y\n${rows}\"7,8\n")
expect_failure("line 1, column 2: a carriage return stands without a line feed" "x,y\r1,2\r")
expect_failure("line 3: the table ends after 2 rows, which leave 2 for training and 0 held out; 1 inputs need 3 and 1"
    "x,y\n1,2\n2,3\n")
expect_failure("line 7: the table ends after 6 rows, which leave 1 for training and 0 held out; 6 inputs need 8 and 1"
    "x,y\n${rows}" --past 5)
expect_failure("line 7: the table ends after 6 rows, which leave 0 for training and 0 held out; 16 inputs" "x,y\n${rows}"
    --past 15)
expect_failure("lines 2 to 6, column 'x': the numbers are all the same, so that they cannot be standardised"
    "x,y\n7,5\n7,4\n7,6\n7,1\n7,2\n8,3\n")
expect_failure("lines 2 to 6, column 'y': the numbers are all the same" "x,y\n1,7\n2,7\n3,7\n4,7\n5,7\n6,8\n")

# Held-out rows that are unlike all others: squares of errors overflow, and nothing is written either.
file(WRITE "${WORK}/table.csv" "x,y\n1,5\n2,4\n3,6\n4,1\n5,2\n6,1e300\n")
run("${PROGRAM}" table.csv --target y --out out)
expect_exit_code(1)
expect_one_sentence("leave the range of double: the held-out rows are unlike the training rows")
expect_files("" table.csv)

# The command line asks of the table what it cannot give.
expect_refusal("the target 'y' cannot be an input as well" table.csv --target y --inputs x,y --out out)
expect_refusal("--along names the target 'y': choose another column" table.csv --target y --along y --out out)
expect_refusal("--inputs names 'x' twice" table.csv --target y --inputs x,x --out out)
expect_refusal("there are 0 inputs, and must be 1 to 16" table.csv --target y --along x --out out)
string(JOIN "," many a b c d e f g h i j k l m n o p q r s t "")
expect_refusal("there are 21 inputs, and must be 1 to 16" table.csv --target y --inputs ${many}x --out out)
expect_files("" table.csv)

function(expect_no_table says)
    run("${PROGRAM}" ${ARGN} --target y --out out)
    expect_exit_code(1)
    expect_one_sentence("${says}")
    expect_nothing_on(output)
    expect_files("" table.csv)
endfunction()
expect_no_table("cannot read 'no.csv'" no.csv)
expect_no_table("cannot read '.'" .)
expect_no_table("there is no table 'nothing': those with a name alone come with the package python3-statsmodels" nothing)
