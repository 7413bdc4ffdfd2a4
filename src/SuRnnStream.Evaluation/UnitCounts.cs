namespace SuRnnStream.Evaluation;

/// <summary>
/// Misses and false alarms of each speaker or record, from which a bootstrap draws: one that is drawn comes with all that was measured on it, as 22 hearts are not
/// 50,000 beats. Draws are as those of <see cref="Draws"/>, but none is kept, so that there may be any number of units.
/// </summary>
sealed class UnitCounts
{
    readonly SortedDictionary<string, (int Events, int Misses, int Alarms, double Hours)> _units = new(StringComparer.Ordinal);

    /// <summary>What was measured.</summary>
    public IReadOnlyDictionary<string, (int Events, int Misses, int Alarms, double Hours)> All => _units;

    public void Add(string unit, int events, int misses, int alarms, double hours)
    {
        var before = _units.GetValueOrDefault(unit);
        _units[unit] = (before.Events + events, before.Misses + misses, before.Alarms + alarms, before.Hours + hours);
    }

    /// <summary>The part of the events that is missed: in 95 of 100 draws of the units with events it lies between these. NaN with fewer than two units.</summary>
    public (double Lower, double Upper) MissRange(int seed) => Range(seed, null, unit => (unit.Misses, unit.Events));

    /// <summary>The same of the false alarms an hour and the units without events.</summary>
    public (double Lower, double Upper) AlarmRange(int seed) => Range(seed, null, unit => (unit.Alarms, unit.Hours));

    /// <summary>The range of the difference to another model on the same units, in the same draws.</summary>
    public (double Lower, double Upper) MissDifference(UnitCounts other, int seed) => Range(seed, other, unit => (unit.Misses, unit.Events));

    /// <summary>The same of the false alarms an hour.</summary>
    public (double Lower, double Upper) AlarmDifference(UnitCounts other, int seed) => Range(seed, other, unit => (unit.Alarms, unit.Hours));

    (double Lower, double Upper) Range(int seed, UnitCounts? other, Func<(int Events, int Misses, int Alarms, double Hours), (double Count, double Of)> figure)
    {
        string[] names = [.. _units.Keys.Where(name => figure(_units[name]).Of > 0)];
        if (names.Length < 2) return (double.NaN, double.NaN);
        var mine = Array.ConvertAll(names, name => figure(_units[name]));
        var theirs = other is null ? null : Array.ConvertAll(names, name => figure(other._units[name]));
        var random = new Random(seed);
        double Draw()
        {
            double count = 0, of = 0, otherCount = 0;
            for (var n = 0; n < names.Length; n++)
            {
                var drawn = random.Next(names.Length);
                (count, of) = (count + mine[drawn].Count, of + mine[drawn].Of);
                if (theirs is not null) otherCount += theirs[drawn].Count;
            }
            return (count - otherCount) / of;
        }
        return Draws.Middle(Enumerable.Range(0, Draws.Count).Select(_ => Draw()));
    }
}
