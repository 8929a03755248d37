#include "adapter/layer.h"
#include "dcnv2/layer/dcnv2Layer.h"
#include "heat-map/layer/heatMapLayer.h"
#include "peak-heads/layer/peakHeadsLayer.h"
#include "root/layer/quantizedRootLayer.h"
#include "root/layer/rootLayer.h"
#include "stem/layer/stemLayer.h"
#include "upsample-add/layer/upsampleAddLayer.h"

namespace trtfairmot
{

std::vector<LayerKind> const& layerKinds()
{
    static std::vector<LayerKind> const kALL{
        dcnv2Kind(), fairmotDcnv2Kind(), stemKind(), upsampleAddKind(), rootKind(),
        quantizedRootKind(), peakHeadsKind(), heatMapKind()};
    return kALL;
}

} // namespace trtfairmot
