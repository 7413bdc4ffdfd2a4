namespace SuRnnStream;

/// <summary>When the two banks of a `hold` memory are begun. Training and running share this one implementation.</summary>
struct HoldSchedule
{
    /// <summary>Heard frames since both banks were begun.</summary>
    public int Age;

    /// <summary>Shut frames since the last heard one.</summary>
    public int Rested;

    /// <summary>A frame that is not heard.</summary>
    public void Shut()
    {
        if (Rested < int.MaxValue) Rested++;
    }

    /// <summary>
    /// A frame that is heard. Forget: both banks are begun before it, as the shut frames before it were at least <paramref name="rest"/>. Swap: the
    /// younger bank becomes the one that is read and the other one is begun, once in <paramref name="period"/> heard frames (0: never).
    /// </summary>
    public (bool Forget, bool Swap) Heard(int period, int rest)
    {
        var forget = Rested >= rest;
        if (forget) Age = 0;
        Rested = 0;
        var swap = period > 0 && Age > 0 && Age % period == 0;
        Age = period > 0 && Age == 2 * period - 1 ? period : Age + 1; // bounded: only the place in the period matters
        return (forget, swap);
    }
}
