// Plans of layers that compute their own offsets.
#pragma once

#include "plan.h"

namespace trtfairmot
{

Dcnv2Plan offsetPlanFromParams(Dcnv2Params const& params, DeviceTraits const& traits);
bool offsetPlanIsSupported(Dcnv2Params const& params, Dcnv2Plan const& plan, DeviceTraits const& traits);

} // namespace trtfairmot
