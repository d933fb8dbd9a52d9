# What the checks of this folder share: mistake("text") says it and counts it in `mistakes`. To be called from a script, not
# from a function in it, whose scope would keep the count.
set(mistakes 0)
function(mistake text)
    math(EXPR mistakes "${mistakes} + 1")
    set(mistakes ${mistakes} PARENT_SCOPE)
    message(NOTICE "${text}")
endfunction()
