#pragma once

#include "fnstore/call.h"
#include "fnstore/call_filter.h"
#include "fnstore/call_id.h"
#include "fnstore/error.h"
#include "fnstore/executor.h"
#include "fnstore/json.h"
#include "fnstore/limits.h"
#include "fnstore/queue.h"
#include "fnstore/status.h"
#include "fnstore/store.h"
#include "fnstore/timestamp.h"
#include "fnstore/version.h"
