# Sources that are compiled together, eight at a time: where most of a compilation goes into headers, as in tests, it takes a
# third of the time. A name of its own for the unnamed namespace of each keeps their helpers apart; so all that uses the
# helpers must stand in that namespace too.
# As a script: cmake -DOUT=FILE -DSOURCES=A.cc,B.cc,... -P join_sources.cmake
if(CMAKE_SCRIPT_MODE_FILE)
  string(REPLACE "," ";" sources "${SOURCES}")
  set(unit "")
  foreach(source IN LISTS sources)
    file(READ ${source} text)
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE "\nnamespace {\n" "\nnamespace in_${name} {\n" text "${text}")
    string(APPEND unit "#line 1 \"${source}\"\n${text}\n")
  endforeach()
  file(WRITE ${OUT} "${unit}")
  return()
endif()

# linnet_join_sources(TARGET LIST SOURCE...): puts the files that stand for the sources of TARGET into the variable LIST.
function(linnet_join_sources target list)
  set(units "")
  set(batch "")
  foreach(source IN LISTS ARGN ITEMS end)
    if(NOT source STREQUAL end)
      list(APPEND batch ${source})
    endif()
    list(LENGTH batch count)
    if(count EQUAL 8 OR (source STREQUAL end AND count GREATER 0))
      list(LENGTH units index)
      set(unit ${CMAKE_CURRENT_BINARY_DIR}/${target}_${index}.cc)
      list(JOIN batch "," joined)
      set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/join_sources.cmake)
      add_custom_command(OUTPUT ${unit} DEPENDS ${batch} ${script}
                         COMMAND ${CMAKE_COMMAND} -DOUT=${unit} -DSOURCES=${joined} -P ${script})
      list(APPEND units ${unit})
      set(batch "")
    endif()
  endforeach()
  set(${list} ${units} PARENT_SCOPE)
endfunction()
