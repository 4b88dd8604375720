#pragma once

#include <functional>
#include <thread>

namespace fnstore {

/// Starts a thread that gets none of the process's signals, so that those a program handles still
/// go to the threads it knows. `body` must not throw. Throws std::system_error when the system has
/// no thread left.
std::thread background_thread(std::function<void()> body);

}  // namespace fnstore
