# cmake -DOUT=FILE -DSOURCES=A.cc,B.cc,... -P unit.cmake: writes tests that are compiled together, which takes a third of
# the time: most of it goes into GoogleMock. A name of its own for the unnamed namespace of each keeps their helpers apart.
string(REPLACE "," ";" sources "${SOURCES}")
set(unit "")
foreach(source IN LISTS sources)
  file(READ ${source} text)
  get_filename_component(name ${source} NAME_WE)
  string(REPLACE "\nnamespace {\n" "\nnamespace in_${name} {\n" text "${text}")
  string(APPEND unit "#line 1 \"${source}\"\n${text}\n")
endforeach()
file(WRITE ${OUT} "${unit}")
