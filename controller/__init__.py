"""Controller of a warehouse: orders, stock, stations, dispatch, path planning, grants, records, KPIs and the command
line.
"""

from controller.kernel_cache import use_kernel_cache

use_kernel_cache()
