#pragma once

#include <functional>
#include <thread>

namespace fnstore {

/// Starts a thread that gets none of the process's signals, so that those a program handles still
/// go to the threads it knows. `name`, at most 15 bytes, is what debuggers and `top` show. `body`
/// must not throw. Throws std::system_error when the system has no thread left.
std::thread background_thread(const char* name, std::function<void()> body);

}  // namespace fnstore
