using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace SuRnnStream.Cluster;

/// <summary>A silo's inlet is on that silo.</summary>
[Serializable, GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("surnn.inlet-placement")]
sealed class InletPlacement : PlacementStrategy
{
    const int Doors = 8;

    /// <summary>
    /// A door of a silo, each time the next one. A client's gateway to a grain is chosen by the grain's key: through one door alone every call to a healthy silo could
    /// go through another that has just died.
    /// </summary>
    public static string Key(string silo, int call) => $"{silo}|{(uint)call % Doors}";

    public static SiloAddress Silo(string key) => SiloAddress.FromParsableString(key.Split('|')[0]);
}

[AttributeUsage(AttributeTargets.Class)]
sealed class OnItsSiloAttribute() : PlacementAttribute(new InletPlacement());

sealed class InletPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var wanted = InletPlacement.Silo(target.GrainIdentity.Key.ToString()!);
        return context.GetCompatibleSilos(target).Contains(wanted)
            ? Task.FromResult(wanted)
            : Task.FromException<SiloAddress>(new SiloUnavailableException($"There is no silo {wanted} in this cluster (any more)."));
    }
}
