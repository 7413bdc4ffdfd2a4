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
    const float Decay = 0.03f, Rate = 0.3f;
    const int Steps = 50, LeastFolds = 2, MostFolds = 3;
    // Cosines of a take with the means of the others, their median. One take of another word among four: 0.35 marks 87 % of 300 draws of seven words, and 2 % of 300 draws of five right takes; 0.15 refuses 35 % and none.
    const double OddBelow = 0.15, DoubtfulBelow = 0.35;
    const int FewTakes = 5;
    // The word space learned from the speakers of its bank. Of the choosing speakers, whom nothing learned from, 0.8 false alarms an hour came where the bank said 0.5 (six words, 5 to 20 takes, 0.43 h).
    const double UnseenSpeakersFactor = 1.6;
    const float Grid = 1f / 1024;               // of the numbers in the file

    readonly SuRnnModel _proposer;
    readonly WordSpace _space;
    readonly EnrolmentOptions _options;
    readonly CandidateWindows _windows;
    readonly TakeCopies _copies;
    readonly Dictionary<Take, EnrolledTakes.Sound> _known = []; // what was embedded before: a second enrolment from the same takes is a regression alone
    readonly Lazy<float[]> _bank;               // [vectors, Size] spread

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
        (_windows, _bank) = (new CandidateWindows(proposer, space.Shape), new(SpreadBank));
        _copies = new TakeCopies(_windows, _options.Noise, front.SampleRate);
    }

    internal SuRnnModel Proposer => _proposer;

    internal WordSpace Space => _space;

    /// <summary>The model with the word, or with the word enrolled again.</summary>
    /// <param name="word">Its label.</param>
    /// <param name="takes">Recordings of it, each with the word once.</param>
    /// <param name="kept">What the model's words were enrolled from before (<see cref="Enrolment.Takes"/>): this word's takes and negatives count too, but for those that are named again; null: nothing.</param>
    /// <exception cref="InvalidDataException">The takes cannot be enrolled: one has no word in it, or they do not resemble each other, or the kept ones are of another word space; the message names them and says what to do.</exception>
    public Enrolment Enroll(string word, IReadOnlyList<Take> takes, EnrolledTakes? kept = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        ArgumentNullException.ThrowIfNull(takes);
        if (kept is not null && kept.Space != _space.Digits) throw new InvalidDataException("the kept takes are vectors of another word space: enrol the word afresh from its recordings");
        kept ??= EnrolledTakes.Empty(_space);
        var before = kept.Of(word);
        var (all, others) = (Joined(before.Takes, [.. takes.Select(VectorsOf)]), Joined(before.Others, [.. _options.Negatives.Select(CandidatesOf)]));
        if (all.Count == 0) throw new InvalidDataException($"there is no take of '{word}': record it a few times, best ten");
        var remarks = Resemblance(word, all, before.Takes);

        var (rows, takeOf, soundOf) = (new WordRegression.Rows(_space.Shape.Size), new List<int>(), new List<int>());
        rows.Expect(all.Sum(take => take.Vectors.Count) + _space.BankVectors + others.Sum(sound => sound.Vectors.Count));
        var spread = new float[rows.Size];
        void Add(float[] own, bool target, double weight)
        {
            _space.Spread(own, spread);
            rows.Add(spread, target, weight);
        }
        foreach (var (i, take) in all.Index())
            foreach (var (own, _) in take.Vectors)
            {
                Add(own, true, take.Weight);
                takeOf.Add(i);
            }
        var positives = rows.Count;
        for (var n = 0; n < _space.BankVectors; n++) rows.Add(_bank.Value.AsSpan(n * rows.Size, rows.Size), false, 1);
        var bankEnd = rows.Count;
        foreach (var (i, sound) in others.Index())
            foreach (var (own, _) in sound.Vectors)
            {
                Add(own, false, _options.NegativeWeight * sound.Weight);
                soundOf.Add(i);
            }

        var folds = Math.Clamp(all.Count, LeastFolds, MostFolds);
        bool InFold(int row, int fold) => row < positives ? all.Count > 1 && takeOf[row] % folds == fold : row < bankEnd ? WordRegression.FoldOf(row - positives, _space.BankCandidates, folds) == fold : soundOf[row - bankEnd] % folds == fold;
        var held = new float[rows.Count];
        for (var fold = 0; fold < folds; fold++)
        {
            var (w, b) = WordRegression.Fit(rows, row => !InFold(row, fold), Decay, Steps, Rate);
            for (var row = 0; row < rows.Count; row++) if (InFold(row, fold)) held[row] = WordRegression.Dot(rows[row], w) + b;
        }
        var (weights, bias) = WordRegression.Fit(rows, _ => true, Decay, Steps, Rate);
        // Strong decay leaves small logits: they are stretched until a false alarm is e times as rare where the logit is 1 higher, so that thresholds mean the same for every word.
        var hours = _space.BankHours / UnseenSpeakersFactor;
        var scale = (float)(1 / UpperTail.Of(held[positives..(positives + _space.BankCandidates)], hours).Scale);
        for (var row = 0; row < held.Length; row++) held[row] *= scale;
        for (var i = 0; i < weights.Length; i++) weights[i] *= scale;
        bias *= scale;
        var tail = UpperTail.Of(held[positives..(positives + _space.BankCandidates)], hours);
        var level = (float)tail.LevelFor(_options.FalseAlarmsPerHour);
        var scores = new LeftOutScores(level, all.Count == 1 ? null : [.. Enumerable.Range(0, all.Count).Select(take => held[takeOf.IndexOf(take)])], held[positives..(positives + _space.BankCandidates)], tail, held[bankEnd..]);
        var found = scores.Takes?.Count(score => score >= level);
        if (all.Count < FewTakes) remarks.Add($"{all.Count} take{(all.Count == 1 ? " is" : "s are")} little: expect to repeat yourself, and record five or more");

        var (limit, centre, voices) = VoiceLimit(all);
        float[] vector = [.. _space.Gathered(weights).Select(Rounded)];
        var row1 = new EnrolledModel.Row(new EnrolledWord(word, all.Count, limit), vector, Rounded(bias - level), centre);
        var accepted = scores.Own.Count(score => score >= level);
        var report = new EnrolmentReport(word, all.Count, found, tail.RateAt(level), tail.UpperRateAt(level), soundOf.Count, accepted, voices, remarks);
        return new Enrolment(EnrolledModel.With(_proposer, _space, row1, report.ToString()), report)
        {
            Scores = scores,
            Takes = kept.With(word, new(all, others)),
            Change = EnrolledModel.RowOf(_proposer, word) is { } old ? ChangeOf(old, row1, all, others) : null,
        };
    }

    /// <summary>What was kept, but for sounds that are named again, and what is new.</summary>
    static List<EnrolledTakes.Sound> Joined(IReadOnlyList<EnrolledTakes.Sound> kept, IReadOnlyList<EnrolledTakes.Sound> named) =>
        [.. kept.Where(old => !named.Any(one => one.Name == old.Name || one.IsSame(old))), .. named];

    EnrolmentChange ChangeOf(EnrolledModel.Row old, EnrolledModel.Row made, IReadOnlyList<EnrolledTakes.Sound> takes, IReadOnlyList<EnrolledTakes.Sound> others)
    {
        var level = _proposer.Defaults.Thresholds.TryGetValue(made.Word.Label, out var own) ? MathF.Log(own / (1 - own)) : 0;
        (float[] Word, float[] Voice)[] candidates = [.. others.SelectMany(sound => sound.Vectors)];
        int Found(EnrolledModel.Row row, float from) => takes.Count(take => row.Accepts(take.Vectors[0].Word, take.Vectors[0].Voice, from));
        int Accepted(EnrolledModel.Row row, float from) => candidates.Count(one => row.Accepts(one.Word, one.Voice, from));
        int Alarms(EnrolledModel.Row row, float from)
        {
            var (count, vector) = (0, new float[_space.Shape.Size]);
            for (var n = 0; n < _space.BankCandidates; n++)
            {
                BankVector(n, vector);
                if (row.Bias + WordVerifier.Dot(vector, row.Vector) >= from) count++;
            }
            return count;
        }
        return new(takes.Count, Found(old, level), Found(made, 0), candidates.Length, Accepted(old, level), Accepted(made, 0), _space.BankHours, Alarms(old, level), Alarms(made, 0));
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
    EnrolledTakes.Sound VectorsOf(Take take)
    {
        if (_known.TryGetValue(take, out var known)) return known;
        var random = new Random(HashCodeOf(_options.Seed, take.Samples.Span));
        var clean = _copies.Clean(take.Samples.Span, random) ?? throw new InvalidDataException($"{take.Name}: no word is detected in it: record it again, near the microphone, with half a second of silence around it");
        var vectors = new List<(float[], float[])> { Embed(clean) };
        for (var copy = 0; copy < _options.Copies; copy++) if (_copies.Copy(take.Samples.Span, random) is { } changed) vectors.Add(Embed(changed));
        return _known[take] = new(take.Name, take.Weight, vectors);
    }

    /// <summary>Vectors of all that the first stage proposes in a sound.</summary>
    EnrolledTakes.Sound CandidatesOf(Take sound)
    {
        if (_known.TryGetValue(sound, out var known)) return known;
        return _known[sound] = new(sound.Name, sound.Weight, [.. _windows.Find(sound.Samples.Span).Select(candidate => Embed(candidate.Frames))]);
    }

    float[] SpreadBank()
    {
        var (size, vector) = (_space.Shape.Size, new float[_space.Shape.Size]);
        var bank = new float[_space.BankVectors * size];
        for (var n = 0; n < _space.BankVectors; n++)
        {
            BankVector(n, vector);
            _space.Spread(vector, bank.AsSpan(n * size, size));
        }
        return bank;
    }

    void BankVector(int n, float[] to)
    {
        for (var i = 0; i < to.Length; i++) to[i] = _space.Bank[n * to.Length + i] * WordSpace.BankScale;
    }

    (float[] Word, float[] Voice) Embed(float[] frames)
    {
        var (word, voice) = (new float[_space.Shape.Size], new float[_space.Shape.VoiceSize]);
        _space.Network.Embed(frames, word, voice);
        EnrolledTakes.Round(word);
        EnrolledTakes.Round(voice);
        return (word, voice);
    }

    /// <exception cref="InvalidDataException">The takes do not resemble each other, or some are odd.</exception>
    static List<string> Resemblance(string word, IReadOnlyList<EnrolledTakes.Sound> takes, IReadOnlyList<EnrolledTakes.Sound> kept)
    {
        if (takes.Count < 2) return [];
        var means = new float[takes.Count][];
        for (var take = 0; take < takes.Count; take++)
        {
            var mean = means[take] = new float[takes[take].Vectors[0].Word.Length];
            foreach (var (own, _) in takes[take].Vectors) for (var i = 0; i < mean.Length; i++) mean[i] += own[i];
            WordSpaceNetwork.Normalise(mean);
        }
        double[] alike = [.. Enumerable.Range(0, takes.Count).Select(take =>
        {
            double[] cosines = [.. Enumerable.Range(0, takes.Count).Where(other => other != take).Select(other => (double)WordVerifier.Dot(means[take], means[other])).Order()];
            return cosines[cosines.Length / 2]; // the median: one odd take does not make the others odd
        })];
        int[] unlike = [.. Enumerable.Range(0, takes.Count).Where(take => alike[take] < OddBelow)];
        string[] odd = [.. unlike.Where(take => !kept.Contains(takes[take])).Select(take => takes[take].Name)]; // kept ones were accepted before, and cannot be left out by naming others
        if (odd.Length == 0)
        {
            string[] doubtful = [.. Enumerable.Range(0, takes.Count).Where(take => alike[take] < DoubtfulBelow).OrderBy(take => alike[take]).Select(take => takes[take].Name)];
            return doubtful.Length == 0 ? [] : [$"{Listed(doubtful)}: less like the other takes than usual; is it '{word}'? Listen to {(doubtful.Length == 1 ? "it" : "them")}"];
        }
        var doubted = alike.Count(cosine => cosine < DoubtfulBelow); // among different words few are odd: each is a little like some other
        if (2 * doubted >= takes.Count) throw new InvalidDataException($"the takes of '{word}' do not resemble each other ({doubted} of {takes.Count} are unlike the others): is the same word said in all of them, whole and once?");
        throw new InvalidDataException($"{Listed(odd)}: unlike the other takes of '{word}'; listen to {(odd.Length == 1 ? "it, and leave it" : "them, and leave them")} out or record again");
    }

    static string Listed(string[] names) => $"{string.Join(", ", names.Take(3))}{(names.Length > 3 ? $" and {names.Length - 3} more" : "")}";

    /// <summary>The limit of the voice's cosine, the voice, and the part of the bank's speakers that pass.</summary>
    (float Limit, float[] Centre, double Others) VoiceLimit(IReadOnlyList<EnrolledTakes.Sound> takes)
    {
        if (!_options.OnlyMe) return (-1, new float[_space.Shape.VoiceSize], 1);
        if (takes.Count < 3) throw new InvalidDataException($"{takes.Count} take{(takes.Count == 1 ? "" : "s")} are too few to know a voice by: record five or more, or leave out --only-me");
        (int Take, float[] Voice)[] voices = [.. takes.SelectMany((take, i) => take.Vectors.Select(one => (i, one.Voice)))];
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
}
