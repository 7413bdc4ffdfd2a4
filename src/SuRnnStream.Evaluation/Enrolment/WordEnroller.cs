namespace SuRnnStream.Evaluation.Enrolment;

/// <summary>
/// Enrols words from a handful of recordings, without training: the takes and changed copies of them become vectors of a word space, and a logistic regression tells them from a bank of other sounds. What a
/// model proposes with its switches, enrolled words decide. Managed code alone, and no files. Not thread-safe.
/// <para>
/// <see cref="EnrolmentOptions.OnlyMe"/> compares voices by 32 numbers of one word. It keeps most other people in the room from setting the word off; it identifies nobody, refuses its own speaker now and then
/// (with a cold more often), lets some others pass, and a recording of the speaker always. It is no security.
/// </para>
/// </summary>
public sealed class WordEnroller
{
    const float Decay = 0.03f, Rate = 0.15f;
    const int Steps = 150, LeastFolds = 2, MostFolds = 3;
    // Cosines of a take with the means of the others, their median. One take of another word among four: 0.45 marks 23 of 30 pairs of the words in wake-words, and 2 of 23 draws of five right takes.
    const double OddBelow = 0.2, DoubtfulBelow = 0.45;
    const int FewTakes = 5;
    const float Grid = 1f / 1024;               // of the numbers in the file

    readonly SuRnnModel _proposer;
    readonly WordSpace _space;
    readonly EnrolmentOptions _options;
    readonly CandidateWindows _windows;
    readonly TakeCopies _copies;
    readonly Dictionary<Take, TakeVectors> _known = []; // what was embedded before: a second enrolment from the same takes is a regression alone
    readonly float _scale;                      // of a vector's components in the regression: about 1

    /// <param name="proposer">A model of sound whose switches open for speech, as the shipped commands; or one with enrolled words, which stay.</param>
    /// <param name="space">The word space.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ArgumentException">The model does not fit the word space, or an option is outside its range.</exception>
    /// <exception cref="InvalidDataException">The model's words are of another word space.</exception>
    public WordEnroller(SuRnnModel proposer, WordSpace space, EnrolmentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(proposer);
        ArgumentNullException.ThrowIfNull(space);
        (_proposer, _space, _options) = (proposer, space, (options ?? new()).Validate());
        var front = proposer.Config.RequireFrontEnd();
        if (front.Bands != space.Shape.Bands || front with { } != new FrontEndConfig { Bands = front.Bands }) throw new ArgumentException("The word space was trained with the front end of the shipped commands model, and this model has another: enrol with models/commands.surnn.");
        if (proposer.Config.Words is { } words && !IsSame(proposer, words, space)) throw new InvalidDataException("The model's words were enrolled with another word space: enrol all of them again, into a new file.");
        (_windows, _scale) = (new CandidateWindows(proposer, space.Shape), MathF.Sqrt(space.Shape.Size));
        _copies = new TakeCopies(_windows, _options.Noise, front.SampleRate);
    }

    internal SuRnnModel Proposer => _proposer;

    internal WordSpace Space => _space;

    /// <summary>The model with the word, or with the word enrolled again.</summary>
    /// <param name="word">Its label.</param>
    /// <param name="takes">Recordings of it, each with the word once.</param>
    /// <exception cref="InvalidDataException">The takes cannot be enrolled: one has no word in it, or they do not resemble each other; the message names them and says what to do.</exception>
    public Enrolment Enroll(string word, IReadOnlyList<Take> takes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        ArgumentNullException.ThrowIfNull(takes);
        if (takes.Count == 0) throw new InvalidDataException($"there is no take of '{word}': record it a few times, best ten");
        var (rows, takeOf, voices) = (new WordRegression.Rows(_space.Shape.Size), new List<int>(), new List<(int Take, float[] Voice)>());
        foreach (var (i, take) in takes.Index())
            foreach (var (own, voice) in VectorsOf(take))
            {
                rows.Add(own, true, take.Weight);
                takeOf.Add(i);
                voices.Add((i, voice));
            }
        var remarks = Resemblance(word, takes, rows, takeOf);
        var positives = rows.Count;
        AddBank(rows);
        var bankEnd = rows.Count;
        var soundOf = AddNegatives(rows);

        var folds = Math.Clamp(takes.Count, LeastFolds, MostFolds);
        bool InFold(int row, int fold) => row < positives ? takes.Count > 1 && takeOf[row] % folds == fold : row < bankEnd ? (row - positives) % folds == fold : soundOf[row - bankEnd] % folds == fold;
        var held = new float[rows.Count];
        for (var fold = 0; fold < folds; fold++)
        {
            var (w, b) = WordRegression.Fit(rows, row => !InFold(row, fold), Decay, Steps, Rate);
            for (var row = 0; row < rows.Count; row++) if (InFold(row, fold)) held[row] = WordRegression.Dot(rows[row], w) + b;
        }
        var (weights, bias) = WordRegression.Fit(rows, _ => true, Decay, Steps, Rate);
        var tail = UpperTail.Of(held[positives..(positives + _space.BankCandidates)], _space.BankHours);
        var level = (float)tail.LevelFor(_options.FalseAlarmsPerHour);
        var scores = new LeftOutScores(level, takes.Count == 1 ? null : [.. Enumerable.Range(0, takes.Count).Select(take => held[takeOf.IndexOf(take)])], held[positives..(positives + _space.BankCandidates)], tail, held[bankEnd..]);
        var found = scores.Takes?.Count(score => score >= level);
        if (takes.Count < FewTakes) remarks.Add($"{takes.Count} take{(takes.Count == 1 ? " is" : "s are")} little: expect to repeat yourself, and record five or more");

        var (limit, centre, others) = VoiceLimit(takes, voices);
        float[] vector = [.. weights.Select(x => Rounded(x * _scale))];
        var row1 = new EnrolledModel.Row(new EnrolledWord(word, takes.Count, limit), vector, Rounded(bias - level), centre);
        var accepted = scores.Own.Count(score => score >= level);
        var report = new EnrolmentReport(word, takes.Count, found, tail.RateAt(level), tail.UpperRateAt(level), soundOf.Count, accepted, others, remarks);
        return new Enrolment(EnrolledModel.With(_proposer, _space, row1, report.ToString()), report) { Scores = scores };
    }

    /// <summary>A model without one of its enrolled words.</summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="word">The word.</param>
    /// <exception cref="InvalidDataException">It has no such word, or no other.</exception>
    public static SuRnnModel Remove(SuRnnModel model, string word)
    {
        ArgumentNullException.ThrowIfNull(model);
        return EnrolledModel.Without(model, word);
    }

    /// <summary>Vectors of a take as it is, which come first, and of its changed copies.</summary>
    TakeVectors VectorsOf(Take take)
    {
        if (_known.TryGetValue(take, out var known)) return known;
        var random = new Random(HashCodeOf(_options.Seed, take.Samples.Span));
        var clean = _copies.Clean(take.Samples.Span, random) ?? throw new InvalidDataException($"{take.Name}: no word is heard in it: record it again, near the microphone, with half a second of silence around it");
        var vectors = new TakeVectors { Embed(clean) };
        for (var copy = 0; copy < _options.Copies; copy++) if (_copies.Copy(take.Samples.Span, random) is { } changed) vectors.Add(Embed(changed));
        return _known[take] = vectors;
    }

    void AddBank(WordRegression.Rows rows)
    {
        var (size, vector) = (_space.Shape.Size, new float[_space.Shape.Size]);
        for (var n = 0; n < _space.BankVectors; n++)
        {
            for (var i = 0; i < size; i++) vector[i] = _space.Bank[n * size + i] * WordSpace.BankScale * _scale;
            rows.Add(vector, false, 1);
        }
    }

    /// <returns>For each candidate the number of its sound.</returns>
    List<int> AddNegatives(WordRegression.Rows rows)
    {
        var own = new List<int>();
        foreach (var (i, sound) in _options.Negatives.Index())
            foreach (var candidate in _windows.Find(sound.Samples.Span))
            {
                rows.Add(Embed(candidate.Frames).Word, false, _options.NegativeWeight * sound.Weight);
                own.Add(i);
            }
        return own;
    }

    (float[] Word, float[] Voice) Embed(float[] frames)
    {
        var (word, voice) = (new float[_space.Shape.Size], new float[_space.Shape.VoiceSize]);
        _space.Network.Embed(frames, word, voice);
        for (var i = 0; i < word.Length; i++) word[i] *= _scale;
        return (word, voice);
    }

    /// <exception cref="InvalidDataException">The takes do not resemble each other, or some are odd.</exception>
    static List<string> Resemblance(string word, IReadOnlyList<Take> takes, WordRegression.Rows rows, List<int> takeOf)
    {
        if (takes.Count < 2) return [];
        var means = new float[takes.Count][];
        for (var take = 0; take < takes.Count; take++)
        {
            var mean = means[take] = new float[rows.Size];
            for (var row = 0; row < takeOf.Count; row++) if (takeOf[row] == take) for (var i = 0; i < mean.Length; i++) mean[i] += rows[row][i];
            WordSpaceNetwork.Normalise(mean);
        }
        double[] alike = [.. Enumerable.Range(0, takes.Count).Select(take =>
        {
            double[] cosines = [.. Enumerable.Range(0, takes.Count).Where(other => other != take).Select(other => (double)WordVerifier.Dot(means[take], means[other])).Order()];
            return cosines[cosines.Length / 2]; // the median: one odd take does not make the others odd
        })];
        string[] odd = [.. Enumerable.Range(0, takes.Count).Where(take => alike[take] < OddBelow).Select(take => takes[take].Name)];
        if (odd.Length == 0)
        {
            string[] doubtful = [.. Enumerable.Range(0, takes.Count).Where(take => alike[take] < DoubtfulBelow).OrderBy(take => alike[take]).Select(take => takes[take].Name)];
            return doubtful.Length == 0 ? [] : [$"{Listed(doubtful)}: less like the other takes than usual; is it '{word}'? Listen to {(doubtful.Length == 1 ? "it" : "them")}"];
        }
        if (2 * odd.Length >= takes.Count) throw new InvalidDataException($"the takes of '{word}' do not resemble each other ({odd.Length} of {takes.Count} are unlike the others): is the same word said in all of them, whole and once?");
        throw new InvalidDataException($"{Listed(odd)}: unlike the other takes of '{word}'; listen to {(odd.Length == 1 ? "it, and leave it" : "them, and leave them")} out or record again");
    }

    static string Listed(string[] names) => $"{string.Join(", ", names.Take(3))}{(names.Length > 3 ? $" and {names.Length - 3} more" : "")}";

    /// <summary>The limit of the voice's cosine, the voice, and the part of the bank's speakers that pass.</summary>
    (float Limit, float[] Centre, double Others) VoiceLimit(IReadOnlyList<Take> takes, List<(int Take, float[] Voice)> voices)
    {
        if (!_options.OnlyMe) return (-1, new float[_space.Shape.VoiceSize], 1);
        if (takes.Count < 3) throw new InvalidDataException($"{takes.Count} take{(takes.Count == 1 ? "" : "s")} are too few to know a voice by: record five or more, or leave out --only-me");
        float[] own = [.. voices.Select(one => WordVerifier.Dot(one.Voice, Centre(voices.Where(other => other.Take != one.Take).Select(other => other.Voice)))).Order()];
        var centre = Centre(voices.Select(one => one.Voice));
        for (var i = 0; i < centre.Length; i++) centre[i] = Rounded(centre[i]);
        var limit = Rounded(own[(int)(_options.RefusedOfOwn * own.Length)]);
        var (passed, size) = (0, _space.Shape.VoiceSize);
        for (var n = 0; n < _space.Speakers.Count; n++)
        {
            var cosine = 0f;
            for (var i = 0; i < size; i++) cosine += centre[i] * _space.Voices[n * size + i] * WordSpace.BankScale;
            if (cosine >= limit) passed++;
        }
        return (Math.Clamp(limit, -0.999f, 1), centre, (double)passed / Math.Max(1, _space.Speakers.Count));
    }

    float[] Centre(IEnumerable<float[]> voices)
    {
        var centre = new float[_space.Shape.VoiceSize];
        foreach (var voice in voices) for (var i = 0; i < centre.Length; i++) centre[i] += voice[i];
        WordSpaceNetwork.Normalise(centre);
        return centre;
    }

    static bool IsSame(SuRnnModel model, EnrolledWords words, WordSpace space) => words.Space == space.Shape
        && space.Tensors.All(tensor => model.Weights[EnrolledWords.SpacePrefix + tensor.Key].SequenceEqual(tensor.Value));

    /// <summary>Where the last bits of two machines differ after all, the file does not.</summary>
    static float Rounded(float x) => MathF.Round(x / Grid) * Grid;

    /// <summary>Of the sound, not of its name or place: the same takes in another order give the same file.</summary>
    static int HashCodeOf(int seed, ReadOnlySpan<float> samples)
    {
        var hash = unchecked((int)2_166_136_261 ^ seed);
        foreach (var sample in samples) hash = unchecked((hash ^ BitConverter.SingleToInt32Bits(sample)) * 16_777_619); // FNV-1a
        return hash;
    }

    sealed class TakeVectors : List<(float[] Word, float[] Voice)>;
}
