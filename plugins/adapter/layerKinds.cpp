#include "adapter/layer.h"
#include "dcnv2/layer/dcnv2Layer.h"
#include "heat-map/layer/heatMapLayer.h"
#include "peak-heads/layer/peakHeadsLayer.h"

namespace trtfairmot
{

std::vector<LayerKind> const& layerKinds()
{
    static std::vector<LayerKind> const kALL{dcnv2Kind(), fairmotDcnv2Kind(), peakHeadsKind(), heatMapKind()};
    return kALL;
}

} // namespace trtfairmot
